//! Two hundred shapes of secrets, each in text as people, logs and tools write it.

use fastrand::Rng;
use opscopilot::redact::redact;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGIT: &str = "0123456789";

fn of(rng: &mut Rng, alphabet: &str, len: usize) -> String {
    let bytes = alphabet.as_bytes();
    (0..len).map(|_| char::from(bytes[rng.usize(..bytes.len())])).collect()
}

fn alnum(rng: &mut Rng, len: usize) -> String {
    of(rng, &format!("{UPPER}{LOWER}{DIGIT}"), len)
}

fn base64(rng: &mut Rng, len: usize, pads: usize) -> String {
    of(rng, &format!("{UPPER}{LOWER}{DIGIT}+/"), len) + &"=".repeat(pads)
}

fn url_safe(rng: &mut Rng, len: usize) -> String {
    of(rng, &format!("{UPPER}{LOWER}{DIGIT}-_"), len)
}

fn hex(rng: &mut Rng, len: usize) -> String {
    of(rng, "0123456789abcdef", len)
}

fn password(rng: &mut Rng) -> String {
    format!("{}{}!{}", of(rng, UPPER, 2), of(rng, LOWER, 6), of(rng, DIGIT, 3))
}

fn jwt(rng: &mut Rng) -> String {
    format!("eyJ{}.eyJ{}.{}", url_safe(rng, 60), url_safe(rng, 200), url_safe(rng, 342))
}

fn escaped(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// A secret that says itself what it is, in one of the sentences that hold it.
pub(crate) fn shaped(rng: &mut Rng) -> Vec<String> {
    vec![
        jwt(rng),
        base64(rng, 86, 2),
        format!("{}+ASt{}==", base64(rng, 76, 0), base64(rng, 6, 0)),
        format!("{}ACDb{}==", base64(rng, 76, 0), base64(rng, 6, 0)),
        format!("{}+ASb{}=", base64(rng, 33, 0), base64(rng, 6, 0)),
        format!("{}+AEh{}=", base64(rng, 33, 0), base64(rng, 6, 0)),
        format!("{}AIoT{}=", base64(rng, 33, 0), base64(rng, 6, 0)),
        format!("{}AzCa{}=", base64(rng, 33, 0), base64(rng, 6, 0)),
        format!("{}+ACR{}", base64(rng, 42, 0), base64(rng, 6, 0)),
        format!("{}AzSe{}", alnum(rng, 42), alnum(rng, 6)),
        format!("{}JQQJ9{}", alnum(rng, 52), alnum(rng, 27)),
        format!("{}AZDO{}", alnum(rng, 76), alnum(rng, 4)),
        format!("aB3{}AzFu{}==", url_safe(rng, 41), alnum(rng, 6)),
        format!("b7{}", of(rng, "abcdefghijklmnopqrstuvwxyz234567", 50)),
        format!("{}8Q~{}", alnum(rng, 3), alnum(rng, 34)),
        format!("ghp_{}", alnum(rng, 36)),
        format!("gho_{}", alnum(rng, 36)),
        format!("ghs_{}", alnum(rng, 36)),
        format!("github_pat_{}_{}", alnum(rng, 22), alnum(rng, 59)),
        format!("glpat-{}", url_safe(rng, 20)),
        format!("sk-{}", alnum(rng, 48)),
        format!("sk-proj-{}", alnum(rng, 120)),
        format!("sk-svcacct-{}", alnum(rng, 60)),
        format!("sk-ant-api03-{}", alnum(rng, 93)),
        format!("AKIA{}", of(rng, &format!("{UPPER}234567"), 16)),
        format!("ASIA{}", of(rng, &format!("{UPPER}234567"), 16)),
        format!("xoxb-{}-{}-{}", of(rng, DIGIT, 12), of(rng, DIGIT, 12), alnum(rng, 24)),
        format!("xapp-1-A0{}-{}-{}", alnum(rng, 9), of(rng, DIGIT, 13), hex(rng, 64)),
        format!("https://hooks.slack.com/services/T0{0}/B0{0}/{1}", alnum(rng, 8), alnum(rng, 24)),
        format!("npm_{}", alnum(rng, 36)),
        format!("pypi-AgEIcHlwaS5vcmc{}", url_safe(rng, 150)),
        format!("AIza{}", url_safe(rng, 35)),
        format!("hf_{}", alnum(rng, 34)),
        format!("dapi{}", hex(rng, 32)),
        format!("sk_live_{}", alnum(rng, 24)),
        format!("dckr_pat_{}", url_safe(rng, 27)),
        format!("hvs.{}", url_safe(rng, 90)),
        format!("SG.{}.{}", url_safe(rng, 22), url_safe(rng, 43)),
        format!("dop_v1_{}", hex(rng, 64)),
        format!("Bearer {}", alnum(rng, 44)),
        format!("BEARER {}", alnum(rng, 44)),
        format!("glptt-{}", alnum(rng, 40)),
        format!("shpat_{}", hex(rng, 32)),
        format!("AGE-SECRET-KEY-1{}", of(rng, UPPER, 58)),
        format!("NRAK-{}", of(rng, UPPER, 27)),
        format!("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQp{}", alnum(rng, 80)),
        format!("discord.com/api/webhooks/{}/{}", of(rng, DIGIT, 18), url_safe(rng, 68)),
    ]
}

const ACCOUNT_KEYS: &[&str] = &[
    "DefaultEndpointsProtocol=https;AccountName=stcontoso;AccountKey={};EndpointSuffix=core.windows.net",
    "AccountEndpoint=https://contoso.documents.azure.com:443/;AccountKey={};",
    "accountkey = \"{}\"",
    "AZURE_STORAGE_KEY={}",
    "az storage blob list --account-key {} --account-name stcontoso",
    "{\"primaryMasterKey\":\"{}\",\"secondaryReadonlyMasterKey\":null}",
];

const ACCESS_KEYS: &[&str] = &[
    "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={}",
    "Endpoint=sb://c.servicebus.windows.net/;SharedAccessKey={};EntityPath=orders",
    "HostName=c.azure-devices.net;DeviceId=d1;SharedAccessKey={}",
    "Endpoint=https://c.azconfig.io;Id=abcd-l0-s0:1;Secret={}",
    "{\"keyName\":\"primary\",\"primaryKey\":\"{}\"}",
    "contoso.redis.cache.windows.net:6380,password={},ssl=True,abortConnect=False",
    "\"workspaceKey\": 1, \"primarySharedKey\": \"{}\"",
    "aws_secret_access_key = {}",
];

const SIGNATURES: &[&str] = &[
    "https://st.blob.core.windows.net/c?sv=2024-11-04&se=2026-11-04T00%3A00%3A00Z&sig={}&sp=r",
    "BlobEndpoint=https://st.blob.core.windows.net;SharedAccessSignature=sv=2024&ss=b&sig={}",
    "SharedAccessSignature sr=sb%3a%2f%2fc&sig={}&se=1762000000&skn=Root",
    "https://prod-01.westeurope.logic.azure.com/workflows/ab/triggers/manual?sig={}",
];

const PASSWORDS: &[&str] = &[
    "Server=tcp:c.database.windows.net;User ID=sa;Password={};Encrypt=True",
    "Server=c;Uid=sa;Pwd={};",
    "user=ana pwd={}",
    "{\"administratorLoginPassword\":\"{}\"}",
    "{\\\"adminPassword\\\":\\\"{}\\\"}",
    "DB_PASSWORD={}",
    "export PGPASSWORD='{}'",
    "password: {}",
    "  adminPassword: \"{}\"",
    "| password | = `x`, Password = \"{}\"",
    "<site userName=\"$c\" userPWD=\"{}\" />",
    "postgres://app:{}@db.contoso.com:5432/orders",
    "redis://:{}@cache:6379/0",
    "amqps://guest:{}@mq/",
    "git clone https://ana:{}@dev.azure.com/contoso/_git/infra",
    "az login --service-principal --password {}",
    "SMTP_PASS={}",
    "spring.datasource.password={}",
    "<password>{}</password>",
    "<add key=\"DbPassword\" value=\"{}\" />",
    "[{\"name\": \"DB_PASSWORD\", \"value\": \"{}\"}]",
    "ConvertTo-SecureString '{}' -AsPlainText -Force",
    "$p = ConvertTo-SecureString -String \"{}\" -AsPlainText",
    "curl -u ana:{} https://contoso.com",
    "curl --user 'ana:{}' https://contoso.com",
    "My password is {}, do not tell.",
    "The admin password is '{}'.",
    "pw: {}",
    "Kennwort: {}",
    "passphrase: {}",
];

const LONG_SECRETS: &[&str] = &[
    "AZURE_CLIENT_SECRET={}",
    "{\"client_secret\":\"{}\"}",
    "grant_type=client_credentials&client_id=x&client_secret={}&scope=y",
    "\"clientSecret\" : \"{}\"",
    "api-key: {}",
    "x-api-key: {}",
    "Ocp-Apim-Subscription-Key: {}",
    "x-functions-key: {}",
    "OPENAI_API_KEY={}",
    "https://fn.azurewebsites.net/api/run?code={}",
    "https://fn.azurewebsites.net/api/run?a=1&code={}&b=2",
    "https://maps.example.com/api?key={}",
    "access_token={}&token_type=Bearer",
    "{\"refresh_token\": \"{}\"}",
    "//registry.npmjs.org/:_authToken={}",
    "Authorization: Bearer {}",
    "authorization: \"Bearer {}\"",
    "Authorization: Basic {}",
    "\"Authorization\": \"SharedKey stcontoso:{}\"",
    "curl -H 'Authorization: Token {}' https://x",
    "Proxy-Authorization: Basic {}",
    "Cookie: ARRAffinity={}; Path=/",
    "Set-Cookie: session={}; HttpOnly",
    "sas_token = \"sv=2024&sig={}\"",
    "encryptionKey={}",
    "X-Vault-Token: {}",
    "PRIVATE-TOKEN: {}",
    "API key: {}",
    "our API key is {}",
    "shared access key: {}",
    "The access token is `{}`.",
    "client-key-data: {}",
    "<machineKey validationKey=\"{}\" />",
    "<clientSecret>{}</clientSecret>",
];

const HEX_KEYS: &[&str] = &[
    "apikey: {}",
    "API key: {}",
    "Ocp-Apim-Subscription-Key: {}",
    "the api key is {}",
    "APPINSIGHTS_API_KEY: {}",
];

/// A text and the secret in it, which its name gives away.
pub(crate) fn keyed(rng: &mut Rng) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut add = |texts: &[&str], mut secret: Box<dyn FnMut() -> String + '_>| {
        pairs.extend(texts.iter().map(|text| {
            let secret = secret();
            (text.replace("{}", &secret), secret)
        }));
    };
    add(ACCOUNT_KEYS, Box::new(|| base64(rng, 86, 2)));
    add(ACCESS_KEYS, Box::new(|| base64(rng, 43, 1)));
    add(SIGNATURES, Box::new(|| escaped(&base64(rng, 43, 1))));
    add(PASSWORDS, Box::new(|| password(rng)));
    add(LONG_SECRETS, Box::new(|| format!("aB3{}", alnum(rng, 37))));
    add(HEX_KEYS, Box::new(|| hex(rng, 32)));
    pairs
}

/// Whether more than a hint of a secret is left.
fn leaks(shown: &str, secret: &str) -> bool {
    let bytes = secret.as_bytes();
    bytes
        .windows(bytes.len().min(14))
        .any(|part| shown.as_bytes().windows(part.len()).any(|window| window == part))
}

#[test]
fn every_shape_of_secret_is_redacted_wherever_it_stands() {
    let mut rng = Rng::with_seed(7);
    let mut count = 0;
    for round in 0..40 {
        let around =
            ["{}", "It is {}.", "a={}", "[\"{}\"]", "key: {} (rotated)", "x\n{}\ny", "`{}`"];
        for secret in shaped(&mut rng) {
            for text in around {
                let text = text.replace("{}", &secret);
                let shown = redact(&text);
                assert!(shown.contains("[redacted:"), "round {round}: {text} is shown as {shown}");
                assert!(!leaks(&shown, &secret), "round {round}: {text} leaks as {shown}");
                assert_eq!(redact(&shown), shown, "redacted text changes when redacted again");
                count += usize::from(round == 0);
            }
        }
        for (text, secret) in keyed(&mut rng) {
            let shown = redact(&text);
            assert!(!shown.contains(&secret), "round {round}: {text} is shown as {shown}");
            assert!(!leaks(&shown, &secret), "round {round}: {text} leaks as {shown}");
            assert_eq!(redact(&shown), shown, "redacted text changes when redacted again");
            count += usize::from(round == 0);
        }
    }
    assert!(count >= 200, "only {count} shapes");
}

#[test]
fn tokens_are_found_in_paths_too() {
    let mut rng = Rng::with_seed(9);
    for secret in shaped(&mut rng) {
        if ["eyJ", "ghp_", "npm_", "hf_", "sk-", "AKIA", "xoxb-"]
            .iter()
            .any(|p| secret.starts_with(p))
        {
            let shown = redact(&format!("/a/{secret}")).into_owned();
            assert!(shown.starts_with("/a/[redacted:"), "{secret} is shown as {shown}");
        }
    }
}

#[test]
fn private_keys_go_whole_and_what_follows_stays() {
    let mut rng = Rng::with_seed(8);
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        for line_end in ["\n", "\r\n", "\\n"] {
            let body: String =
                (0..20).map(|_| base64(&mut rng, 64, 0) + line_end).collect::<Vec<_>>().concat();
            let pem = format!(
                "cert: -----BEGIN {label}-----{line_end}{body}-----END {label}-----{line_end}then."
            );
            let wanted = format!("cert: [redacted:private-key]{line_end}then.");
            assert_eq!(redact(&pem), wanted);
        }
    }
}

#[test]
fn only_the_secret_goes_and_its_surroundings_stay() {
    for (text, wanted) in [
        (
            "Server=c;Password=hunter2;Encrypt=True",
            "Server=c;Password=[redacted:password];Encrypt=True",
        ),
        ("https://u:p@h/x", "https://u:[redacted:password]@h/x"),
        ("{\"password\":\"a\\\"b\",\"x\":1}", "{\"password\":\"[redacted:password]\",\"x\":1}"),
        (
            "Authorization: Bearer abcdef\nHost: x",
            "Authorization: Bearer [redacted:authorization]\nHost: x",
        ),
        ("Cookie: a=b; c=d\nHost: x", "Cookie: [redacted:cookie]\nHost: x"),
        ("PASSWORD=correct horse", "PASSWORD=[redacted:password] horse"),
        ("pwd=grün;x", "pwd=[redacted:password];x"),
    ] {
        assert_eq!(redact(text), wanted);
    }
}
