"""What Microsoft's SDKs take for granted of Azure Resource Manager: how paths are read, versions,
filters, throttling and headers. No operation of a pillar."""

import uuid

from harness import Call, refuses

VERSION = "api-version=2022-12-01"


def reads(path_of, version=VERSION):
    """The path is answered as the plain one is."""
    def run(az):
        plain = f"{az.scope}/resourceGroups/rg-web-prod-weu"
        answer = az.raw(f"{path_of(plain)}?{version}")
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text()[:200]}"
        assert answer.json()["name"] == "rg-web-prod-weu", answer.text()[:200]
        content = answer.headers["Content-Type"]
        assert content == "application/json; charset=utf-8", content
    return run


def status(path_of, expected, code):
    def run(az):
        answer = az.raw(path_of(az))
        assert answer.status_code == expected, f"{answer.status_code}, {expected} expected"
        found = answer.json()["error"]["code"]
        assert found == code, f"{found}, {code} expected"
    return run


def doubled_resource(az):
    """Permissions at a resource come with an empty parent: two slashes."""
    vm = az.one("Microsoft.Compute/virtualMachines")
    path = vm.id.replace("/virtualMachines/", "//virtualMachines/")
    answer = az.raw(f"{path}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01")
    assert answer.status_code == 200 and answer.json()["value"], answer.text()[:200]


def encoded_scope(az):
    """Governance and Advisor send the scope as one segment."""
    scope = az.scope.strip("/").replace("/", "%2F")
    answer = az.raw(f"/{scope}/providers/Microsoft.Security/assessments?api-version=2021-06-01")
    assert answer.status_code == 200 and answer.json()["value"], answer.text()[:200]


def ids(az):
    own = str(uuid.uuid4())
    headers = {"x-ms-client-request-id": own, "x-ms-return-client-request-id": "true"}
    answer = az.raw(f"/subscriptions?{VERSION}", headers=headers)
    assert answer.headers.get("x-ms-client-request-id") == own, "the caller's id is not echoed"
    for name in ("x-ms-request-id", "x-ms-correlation-request-id"):
        uuid.UUID(answer.headers[name])
    parts = answer.headers["x-ms-routing-request-id"].split(":")
    assert parts[2] == answer.headers["x-ms-correlation-request-id"], parts
    quiet = az.raw(f"/subscriptions?{VERSION}", headers={"x-ms-client-request-id": own})
    assert "x-ms-client-request-id" not in quiet.headers, "echoed unasked"


def limits(az):
    """Each answer tells what is left, under the name of its bucket."""
    tenant = az.raw(f"/subscriptions?{VERSION}").headers
    assert int(tenant["x-ms-ratelimit-remaining-tenant-reads"]) >= 0
    one = az.raw(f"{az.scope}?{VERSION}").headers
    left = int(one["x-ms-ratelimit-remaining-subscription-reads"])
    everyone = int(one["x-ms-ratelimit-remaining-subscription-global-reads"])
    assert 0 <= left < everyone, (left, everyone)


def query_quota(az):
    answer = az.raw("/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01", "POST",
                    json={"query": "Resources | count"})
    assert int(answer.headers["x-ms-user-quota-remaining"]) >= 0
    assert answer.headers["x-ms-user-quota-resets-after"].startswith("00:00:"), answer.headers
    assert answer.headers["x-ms-resource-graph-request-duration"]


def throttled_reads(az):
    """The bucket empties into 429 with Retry-After in ARM's envelope, and refills."""
    busy = az.on("throttled").by("reader")
    url = f"{az.scope}?{VERSION}"
    for _ in range(400):
        answer = busy.raw(url)
        if answer.status_code == 429:
            break
    else:
        raise AssertionError("400 reads, and not one was refused")
    assert int(answer.headers["Retry-After"]) >= 1, answer.headers
    assert answer.headers["x-ms-ratelimit-remaining-subscription-reads"] == "0"
    assert answer.json()["error"]["code"] == "SubscriptionRequestsThrottled", answer.text()


def throttled_queries(az):
    busy = az.on("throttled").by("contributor")
    path = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    for _ in range(60):
        answer = busy.raw(path, "POST", json={"query": "Resources | count"})
        if answer.status_code == 429:
            break
    else:
        raise AssertionError("60 queries, and not one was refused")
    body = answer.json()["error"]
    assert body["code"] == "RateLimiting" and body["details"][0]["code"] == "RateLimiting", body
    assert int(answer.headers["Retry-After"]) >= 1


def sdk_retries(az):
    """The SDK's own retries bring a throttled list to its end."""
    from azure.core.pipeline.policies import SansIOHTTPPolicy
    from azure.mgmt.resource.subscriptions import SubscriptionClient
    from clients import SampleUser

    statuses = []

    class Watch(SansIOHTTPPolicy):
        def on_response(self, request, response):
            statuses.append(response.http_response.status_code)

    busy = az.on("throttled").by("security-reader")
    policy = SampleUser("security-reader")
    client = SubscriptionClient(policy, base_url=busy.base, authentication_policy=policy,
                                per_retry_policies=[Watch()])
    # The bucket refills while one looks: try until the SDK itself met a refusal.
    for _ in range(20):
        while busy.raw(f"/subscriptions?{VERSION}").status_code != 429:
            pass
        assert list(client.subscriptions.list()), "an empty list after a wait"
        if 429 in statuses:
            return
    raise AssertionError(f"the SDK was never refused: {statuses}")


def links(az):
    """A next link is absolute, to the host that was asked, and holds whatever version it is sent."""
    answer = az.paged.raw(f"{az.scope}/resources?api-version=2025-04-01")
    link = answer.json()["nextLink"]
    assert link.startswith(az.paged.base + "/"), link
    other = link.replace("2025-04-01", "2019-10-01")[len(az.paged.base):]
    assert az.paged.raw(other).status_code == 200, "the link depends on its version"


def unsigned(az):
    import urllib.request
    from urllib.error import HTTPError
    try:
        urllib.request.urlopen(f"{az.base}/subscriptions?{VERSION}")
    except HTTPError as error:
        assert error.code == 401, error.code
        assert error.headers["WWW-Authenticate"].startswith("Bearer authorization_uri="), \
            error.headers["WWW-Authenticate"]
        return
    raise AssertionError("answered without a token")


CALLS = [
    Call("mixed case", "path", reads(lambda path: path.upper())),
    Call("encoded slashes", "path", reads(lambda path: path.replace("/", "%2F").replace("%2F", "/", 1))),
    Call("encoded letters", "path", reads(lambda path: path.replace("rg-web", "rg%2Dweb"))),
    Call("doubled slashes", "path", reads(lambda path: "/" + path.replace("/", "//"))),
    Call("slash at the end", "path", reads(lambda path: path + "/")),
    Call("doubled slash before a type", "path", doubled_resource),
    Call("scope as one segment", "path", encoded_scope),
    Call("any dated version", "version", reads(lambda path: path, "api-version=2031-01-31")),
    Call("any preview version", "version", reads(lambda path: path, "api-version=2019-05-05-preview")),
    Call("unknown query parameter", "version", reads(lambda path: path, VERSION + "&colour=red")),
    Call("no version", "error", status(lambda az: f"{az.scope}/resourceGroups", 400,
                                       "MissingApiVersionParameter")),
    Call("bad version", "error", status(lambda az: f"{az.scope}?api-version=latest", 400,
                                        "InvalidApiVersionParameter")),
    Call("bad $top", "error", status(lambda az: f"{az.scope}/resources?{VERSION}&$top=many", 400,
                                     "BadRequest")),
    Call("foreign $skiptoken", "error",
         status(lambda az: f"{az.scope}/resources?{VERSION}&$skiptoken=abc", 400, "BadRequest")),
    Call("no token", "error", unsigned),
    Call("client request id", "headers", ids),
    Call("what is left", "headers", limits),
    Call("query quota", "headers", query_quota),
    Call("next link", "page", links),
    Call("reads", "throttle", throttled_reads),
    Call("queries", "throttle", throttled_queries),
    Call("the SDK waits", "throttle", sdk_retries),
    *refuses("a right that lacks", lambda az: az.by("nobody").rm.resource_groups.list(), status=403,
             code="AuthorizationFailed"),
    *refuses("a right that lacks in Defender",
             lambda az: az.by("group-reader").sec.secure_scores.list(), status=403,
             code="AuthorizationFailed"),
]

NOT_YET: set[str] = set()
