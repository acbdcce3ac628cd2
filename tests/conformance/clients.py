"""Microsoft's management clients, pointed at a sample estate.

Owns how a client of each package is made and where the examples of the estate are found.
Knows no operation's expectations.
"""

import importlib
from functools import lru_cache
from typing import Any, NamedTuple

from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest

from harness import Nothing

# Alias: package, class. The reference's names.
CLIENTS = {
    "subs": ("azure.mgmt.resource.subscriptions", "SubscriptionClient"),
    "rm": ("azure.mgmt.resource.resources", "ResourceManagementClient"),
    "locks": ("azure.mgmt.resource.locks", "ManagementLockClient"),
    "pol": ("azure.mgmt.resource.policy", "PolicyClient"),
    "auth": ("azure.mgmt.authorization", "AuthorizationManagementClient"),
    "mg": ("azure.mgmt.managementgroups", "ManagementGroupsMgmtClient"),
    "arg": ("azure.mgmt.resourcegraph", "ResourceGraphClient"),
    "am": ("azure.mgmt.alertsmanagement", "AlertsManagementClient"),
    "apr": ("azure.mgmt.alertprocessingrules", "AlertProcessingRulesMgmtClient"),
    "mon": ("azure.mgmt.monitor", "MonitorManagementClient"),
    "rh": ("azure.mgmt.resourcehealth", "ResourceHealthMgmtClient"),
    "la": ("azure.mgmt.loganalytics", "LogAnalyticsManagementClient"),
    "lq": ("azure.monitor.query", "LogsQueryClient"),
    "mq": ("azure.monitor.querymetrics", "MetricsClient"),
    "ai": ("azure.mgmt.applicationinsights", "ApplicationInsightsManagementClient"),
    "sec": ("azure.mgmt.security", "SecurityCenter"),
    "pi": ("azure.mgmt.policyinsights", "PolicyInsightsClient"),
    "gc": ("azure.mgmt.guestconfig", "GuestConfigurationClient"),
    "mt": ("azure.mgmt.maintenance", "MaintenanceManagementClient"),
    "ca": ("azure.mgmt.changeanalysis", "AzureChangeAnalysisManagementClient"),
    "rsv": ("azure.mgmt.recoveryservices", "RecoveryServicesClient"),
    "rsb": ("azure.mgmt.recoveryservicesbackup", "RecoveryServicesBackupClient"),
    "asr": ("azure.mgmt.recoveryservicessiterecovery", "SiteRecoveryManagementClient"),
    "dp": ("azure.mgmt.dataprotection", "DataProtectionMgmtClient"),
    "adv": ("azure.mgmt.advisor", "AdvisorManagementClient"),
    "cm": ("azure.mgmt.costmanagement", "CostManagementClient"),
    "con": ("azure.mgmt.consumption", "ConsumptionManagementClient"),
    "carbon": ("azure.mgmt.carbonoptimization", "CarbonOptimizationMgmtClient"),
    "cmp": ("azure.mgmt.compute", "ComputeManagementClient"),
    "ops": ("azure.mgmt.managedops", "ManagedOpsMgmtClient"),
}

# Clients of the tenant: they are made without a subscription.
OF_TENANT = {"subs", "mg", "arg", "cm", "carbon"}

PRODUCTION = "Northlight Production"


class SampleUser(SansIOHTTPPolicy):
    """Signs requests as a sample user: the SDK's own policy refuses plain http."""

    def __init__(self, user: str) -> None:
        super().__init__()
        self.token = f"sample:{user}"

    def on_request(self, request: Any) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {self.token}"

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """As a credential, for clients that insist on one."""
        return AccessToken(self.token, 4102444800)


class Resource(NamedTuple):
    """A resource of the estate and the clients of its subscription."""

    az: "Azure"
    id: str
    group: str
    name: str


class Azure:
    """Every client of one estate, one subscription and one user, made when first named."""

    def __init__(self, endpoints: dict[str, str], which: str = "plain",
                 sub: str = "", user: str = "operator") -> None:
        self.endpoints = endpoints
        self.which = which
        self.user = user
        self.base = endpoints[which]
        self._sub = sub

    def __getattr__(self, alias: str) -> Any:
        if alias not in CLIENTS:
            raise AttributeError(alias)
        module, name = CLIENTS[alias]
        policy = SampleUser(self.user)
        options: dict[str, Any] = {"authentication_policy": policy, "retry_total": 0}
        if alias == "lq":
            args = [policy]
            options["endpoint"] = self.base
        elif alias == "mq":
            args = [self.base, policy]
        else:
            args = [policy] if alias in OF_TENANT else [policy, self.sub]
            options["base_url"] = self.base
        client = getattr(importlib.import_module(module), name)(*args, **options)
        setattr(self, alias, client)
        return client

    @property
    def sub(self) -> str:
        """The subscription: the production one unless told otherwise."""
        if not self._sub:
            self._sub = subscriptions(self.endpoints["plain"])[PRODUCTION]
        return self._sub

    @property
    def scope(self) -> str:
        return f"/subscriptions/{self.sub}"

    @property
    def tenant(self) -> str:
        return next(iter(self.subs.tenants.list())).tenant_id

    @property
    def paged(self) -> "Azure":
        """The same on the estate with two items on a page."""
        return self.on("paged")

    def on(self, which: str) -> "Azure":
        """The same on another estate."""
        return made(self, which, self.sub, self.user)

    def at(self, sub: str) -> "Azure":
        """The same in another subscription."""
        return made(self, self.which, sub, self.user)

    def by(self, user: str) -> "Azure":
        """The same as another sample user."""
        return made(self, self.which, self.sub, user)

    def every(self) -> list["Azure"]:
        """The same in each subscription, the production one first."""
        names = subscriptions(self.endpoints["plain"])
        ordered = sorted(names.items(), key=lambda item: item[0] != PRODUCTION)
        return [self.at(sub) for _, sub in ordered]

    def one(self, arm_type: str, which: Any = lambda _: True) -> Resource:
        """The first resource of a type, wherever it is, that `which` takes."""
        for id, group, name, sub in resources(self.endpoints["plain"], arm_type):
            found = Resource(self.at(sub), id, group, name)
            if which(found):
                return found
        raise Nothing(f"no {arm_type} in the estate")

    def raw(self, path: str, method: str = "GET", headers: dict | None = None,
            json: Any = None) -> Any:
        """A request of our own through the SDK's pipeline, for what the pinned SDKs do not have."""
        request = HttpRequest(method, f"{self.base}{path}", headers=headers or {}, json=json)
        return self.arg._client.send_request(request)


_MADE: dict[tuple, Azure] = {}


def made(of: Azure, which: str, sub: str, user: str) -> Azure:
    """Clients are kept: making one reads a package."""
    key = (of.endpoints["plain"], which, sub, user)
    if key not in _MADE:
        _MADE[key] = Azure(of.endpoints, which, sub, user)
    return _MADE[key]


@lru_cache
def subscriptions(base: str) -> dict[str, str]:
    """Subscription ids by display name."""
    az = Azure({"plain": base}, sub="none")
    return {s.display_name: s.subscription_id for s in az.subs.subscriptions.list()}


@lru_cache
def resources(base: str, arm_type: str) -> list[tuple[str, str, str, str]]:
    """Id, group, name and subscription of each resource of a type, production first."""
    found = []
    for az in Azure({"plain": base}).every():
        for item in az.rm.resources.list(filter=f"resourceType eq '{arm_type}'"):
            found.append((item.id, item.id.split("/")[4], item.name, az.sub))
    return found
