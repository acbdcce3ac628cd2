//! What is no secret stays as it is, byte for byte.

use std::borrow::Cow;

use fastrand::Rng;
use opscopilot::redact::redact;

fn hex(rng: &mut Rng, len: usize) -> String {
    (0..len).map(|_| char::from(b"0123456789abcdef"[rng.usize(..16)])).collect()
}

fn base64(rng: &mut Rng, len: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (0..len).map(|_| char::from(alphabet[rng.usize(..64)])).collect()
}

pub(super) fn guid(rng: &mut Rng) -> String {
    let parts = [8, 4, 4, 4, 12].map(|len| hex(rng, len));
    parts.join("-")
}

/// Figures, names and ids as Azure writes them.
pub(super) fn generated(rng: &mut Rng) -> Vec<String> {
    let id = guid(rng);
    let group = format!("rg-{}-prod-{:02}", hex(rng, 4), rng.u8(..99));
    vec![
        id.clone(),
        id.to_uppercase(),
        format!("{{{id}}}"),
        format!(
            "/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/vm-web-{:03}",
            rng.u8(..)
        ),
        format!("/subscriptions/{id}/providers/Microsoft.Security/secureScores/ascScore"),
        format!(
            "/subscriptions/{id}/resourceGroups/RG-App/providers/Microsoft.KeyVault/vaults/kv-{}/secrets/db-password",
            hex(rng, 6)
        ),
        format!("W/\"datetime'{}-11-03T09%3A00%3A00.{}Z'\"", 2026, rng.u32(100_000..999_999)),
        format!("\"etag\": \"\\\"{}\\\"\"", guid(rng)),
        format!("0x8D{}", hex(rng, 13).to_uppercase()),
        hex(rng, 40),
        hex(rng, 32),
        hex(rng, 64),
        hex(rng, 40).to_uppercase(),
        format!("commit {}", hex(rng, 40)),
        format!("sha256:{}", hex(rng, 64)),
        format!("\"x5t\": \"{}=\"", base64(rng, 27)),
        format!("\"x5t#S256\": \"{}=\"", base64(rng, 43)),
        format!("sha512-{}==", base64(rng, 86)),
        format!("stcontoso{}", hex(rng, 8)),
        format!("{}.{:02}% of {} resources", rng.u8(..100), rng.u8(..100), rng.u32(..100_000)),
        format!(
            "2026-11-{:02}T0{}:12:44.{}Z",
            rng.u8(1..30),
            rng.u8(..9),
            rng.u32(1_000_000..9_999_999)
        ),
        format!("10.{}.{}.4/24", rng.u8(..), rng.u8(..)),
        format!("https://kv-{}.vault.azure.net/secrets/db-password/{}", hex(rng, 4), hex(rng, 32)),
        format!("{{\"clientId\":\"{id}\",\"tenantId\":\"{}\"}}", guid(rng)),
        format!("x-ms-request-id: {}", guid(rng)),
        format!("x-ms-correlation-request-id: {}", guid(rng)),
        format!(
            "https://management.azure.com/subscriptions/{id}/resources?api-version=2021-04-01&$skiptoken=eyJuZXh0IjoiMSJ9"
        ),
    ]
}

const PROSE: &[&str] = &[
    "The password of the account expires on 2026-12-01; rotate it in Key Vault.",
    "Password: required. Secret: none. Token: expired.",
    "Use `--password` or `--client-secret` to pass it.",
    "The key vault secret db-password has no expiry date (3 secrets in all).",
    "Secrets: 12 expire within 30 days.",
    "API key authentication is disabled for 2 of 5 accounts.",
    "Secret: kv-contoso-prod-01",
    "Authorization: Contributor is needed at /subscriptions/1.",
    "AuthorizationFailed: The client does not have authorization to perform action.",
    "Bearer authentication with a managed identity is on.",
    "Basic Load Balancers retire on 30 September 2025.",
    "Cookie: none. Cookies are off.",
    "exit code=0; status code=404, error code: 429",
    "Sort key=name, partition key = /tenantId",
    "See [the docs](https://learn.microsoft.com/azure/key-vault/secrets/quick-create-cli?tabs=azure-cli#a-b).",
    "Ports 22:22, 443:8443; ratio 3:1; at 09:30:00.",
    "| Name | Value |\n|---|---|\n| a | b |",
    "---\ntitle: x\n---\n- one\n- two\n",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "SecurityAlert | where TimeGenerated > ago(7d) and Severity == \"High\" | summarize count() by bin(TimeGenerated, 1h)",
    "resources | where type =~ 'microsoft.keyvault/vaults' | project id, name, secret=properties.enableSoftDelete",
    "resources | where properties.password == 'x' or tags['secret'] != \"y\" | extend pwd=count()",
    "securityresources | extend accessKey = tostring(properties.status.code), apiKey=iff(isnull(x), 1, 2)",
    "SigninLogs | where AuthenticationRequirement == \"singleFactorAuthentication\" | extend code=ResultType",
    "password: ${DB_PASSWORD}, secret=<your-secret>, apiKey: \"{{ key }}\", pwd=***",
    "\"password\": null, \"secret\": true, \"clientSecret\": \"\", \"apiKey\": {}",
    "DB_PASSWORD=@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db)",
    "https://contoso.com:8443/x, tcp://10.0.0.4:5671, user@contoso.com, https://user@host/x",
    "Grüße aus München: 5 VMs – 3 läuft, 2 gestoppt. 日本語: 東日本リージョン。",
    "disk-osdisk-1-longer-name, task-force, risk-based, sk-learn, sky",
    "eyJhbGciOiJSUzI1NiJ9 without dots; eyJ. e. ey",
    "primaryKey: id, secondaryKey: name, sharedAccessKeyName=RootManageSharedAccessKey",
    "SELECT * FROM c WHERE c.key = 1",
    "Policy `Storage accounts should prevent shared key access` is non-compliant in 4 of 9.",
    "The signature is valid; sig is short for signature; config=prod",
    "The password is required, the secret is missing; the key is `id`, the token is expired.",
    "The password is 90 days old. The secret is in kv-contoso-prod-01. The API key is disabled.",
    "The primary key is orderId; the partition key is /tenantId; is a token is b?",
    "Use <password> and <client_secret> here; if x > 3 then <b>bold</b> <secret>.</p>",
    "ConvertTo-SecureString $password -AsPlainText; ConvertTo-SecureString (Read-Host)",
    "{\"name\": \"WEBSITE_NODE_DEFAULT_VERSION\", \"value\": \"~18\"}, <add key=\"Mode\" value=\"secret7x\"/>",
    "sudo -u ana: done; docker run -u 1000:1000 x; pull-requests, npm -u a",
    "AKIA is how AWS ids begin; ghp_ is GitHub's; npm_config_registry=https://r",
];

#[test]
fn five_thousand_harmless_texts_stay_byte_for_byte() {
    let mut rng = Rng::with_seed(11);
    let mut count = 0;
    let mut check = |text: &str| {
        let shown = redact(text);
        assert_eq!(shown, text);
        assert!(matches!(shown, Cow::Borrowed(_)), "{text} was copied");
        count += 1;
    };
    PROSE.iter().copied().for_each(&mut check);
    while generated(&mut rng).iter().map(|text| check(text)).count() > 0 {
        if rng.u16(..200) == 0 {
            break;
        }
    }
    for _ in 0..5_000_usize {
        let texts = generated(&mut rng);
        check(&texts[rng.usize(..texts.len())]);
    }
    assert!(count >= 5_000, "only {count} texts");
}
