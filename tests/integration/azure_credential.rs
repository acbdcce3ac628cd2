//! Credentials against a token endpoint on a loopback port.

use std::io::Write;

use axum::response::Response;
use opscopilot::azure::credential::{Assigned, CredentialChoice, Identity};
use opscopilot::azure::{ArmClient, Cloud, Credential, CredentialError, Secret};
use serde_json::{Value, json as j};

use crate::azure_server::{Seen, Server, get, http, json, quick};

const AUDIENCE: &str = "https://arm.example";
const SCOPE: &str = "https://arm.example/.default";

fn form(seen: &Seen, name: &str) -> String {
    let pairs = url::form_urlencoded::parse(&seen.body);
    pairs.into_owned().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

fn token_answer() -> Response {
    json(200, &j!({"token_type": "Bearer", "expires_in": 3599, "access_token": "from-authority"}))
}

fn client_secret() -> Identity {
    Identity::ClientSecret {
        tenant_id: "tenant-1".to_owned(),
        client_id: "app-1".to_owned(),
        secret: Secret::from("s3cr&t"),
    }
}

async fn authority() -> (Server, Cloud) {
    let server = Server::start(|_, _| token_answer()).await;
    let cloud = cloud_at(&server.url, &server.url);
    (server, cloud)
}

fn cloud_at(endpoint: &str, authority: &str) -> Cloud {
    Cloud::custom(endpoint, Some(AUDIENCE)).unwrap().with_authority(authority).unwrap()
}

fn credential(cloud: &Cloud, identity: Identity) -> Result<Credential, CredentialError> {
    Credential::for_cloud(cloud, CredentialChoice::Identity(identity), &http())
}

#[tokio::test]
async fn a_client_secret_gets_one_token_for_many_askers() {
    let (server, cloud) = authority().await;
    let credential = credential(&cloud, client_secret()).unwrap();
    let (a, b, c) =
        tokio::join!(credential.token(SCOPE), credential.token(SCOPE), credential.token(SCOPE));
    for token in [a, b, c] {
        assert_eq!(token.unwrap().expose(), "from-authority");
    }
    assert_eq!(server.count(), 1);
    let seen = &server.seen()[0];
    assert_eq!(seen.target, "/tenant-1/oauth2/v2.0/token");
    assert_eq!(form(seen, "grant_type"), "client_credentials");
    assert_eq!(form(seen, "client_id"), "app-1");
    assert_eq!(form(seen, "client_secret"), "s3cr&t");
    assert_eq!(form(seen, "scope"), SCOPE);
    let debug = format!("{credential:?} {:?}", client_secret());
    assert!(!debug.contains("s3cr") && debug.contains("client-secret"), "{debug}");
}

#[tokio::test]
async fn a_workload_identity_shows_its_service_account_token() {
    let (server, cloud) = authority().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"k8s-token").unwrap();
    let identity = Identity::WorkloadIdentity {
        tenant_id: Some("tenant-1".to_owned()),
        client_id: Some("app-1".to_owned()),
        token_file: Some(file.path().to_owned()),
    };
    let credential = credential(&cloud, identity).unwrap();
    assert_eq!(credential.token(SCOPE).await.unwrap().expose(), "from-authority");
    let seen = &server.seen()[0];
    assert_eq!(form(seen, "client_assertion"), "k8s-token");
    assert!(form(seen, "client_assertion_type").ends_with("jwt-bearer"));
}

#[tokio::test]
async fn a_workload_identity_without_its_file_is_not_set_up() {
    let (_server, cloud) = authority().await;
    let identity = Identity::WorkloadIdentity {
        tenant_id: Some("t".to_owned()),
        client_id: Some("c".to_owned()),
        token_file: Some("/nowhere/token".into()),
    };
    let error = credential(&cloud, identity).unwrap_err();
    assert!(error.to_string().contains("/nowhere/token"), "{error}");
}

#[tokio::test]
async fn a_managed_identity_asks_the_metadata_service() {
    let metadata = Server::start(|_, _| {
        json(200, &j!({"access_token": "from-metadata", "expires_on": "4102444800", "token_type": "Bearer", "resource": AUDIENCE}))
    })
    .await;
    let identity = Identity::ManagedIdentity {
        assigned: Assigned::ClientId("id-1".to_owned()),
        metadata_endpoint: Some(metadata.url.parse().unwrap()),
    };
    let cloud = cloud_at("https://arm.example", "https://login.example");
    let credential = credential(&cloud, identity).unwrap();
    assert_eq!(credential.token(SCOPE).await.unwrap().expose(), "from-metadata");
    let seen = &metadata.seen()[0];
    assert!(seen.target.starts_with("/metadata/identity/oauth2/token?"), "{}", seen.target);
    assert!(seen.target.contains("resource=https%3A%2F%2Farm.example"), "{}", seen.target);
    assert!(seen.target.contains("client_id=id-1"));
    assert_eq!(seen.header("metadata"), "true");
}

#[tokio::test]
async fn a_managed_identity_is_named_as_it_was_assigned() {
    let named = |key: &str| format!("&{key}=one");
    for (assigned, wanted) in [
        (Assigned::System, None),
        (Assigned::ClientId("one".to_owned()), Some(named("client_id"))),
        (Assigned::ObjectId("one".to_owned()), Some(named("object_id"))),
        (Assigned::ResourceId("one".to_owned()), Some(named("msi_res_id"))),
    ] {
        let metadata = Server::start(|_, _| {
            json(200, &j!({"access_token": "from-metadata", "expires_on": "4102444800", "token_type": "Bearer", "resource": AUDIENCE}))
        })
        .await;
        let identity = Identity::ManagedIdentity {
            assigned,
            metadata_endpoint: Some(metadata.url.parse().unwrap()),
        };
        let cloud = cloud_at("https://arm.example", "https://login.example");
        credential(&cloud, identity).unwrap().token(SCOPE).await.unwrap();
        let target = metadata.seen()[0].target.replace('?', "&");
        match wanted {
            Some(wanted) => assert!(target.contains(&wanted), "{target}"),
            None => assert!(!target.contains("=one"), "{target}"),
        }
    }
}

#[tokio::test]
async fn a_metadata_service_off_this_machine_is_refused() {
    let identity = Identity::ManagedIdentity {
        assigned: Assigned::System,
        metadata_endpoint: Some("http://10.0.0.4".parse().unwrap()),
    };
    let error = credential(&cloud_at("https://arm.example", "https://login.example"), identity);
    assert!(matches!(error, Err(CredentialError::Settings { .. })), "{error:?}");
}

#[tokio::test]
async fn a_refused_sign_in_says_what_the_authority_said_and_no_secret() {
    let server = Server::start(|_, _| {
        json(401, &j!({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided.", "error_codes": [7_000_215]}))
    })
    .await;
    let credential = credential(&cloud_at(&server.url, &server.url), client_secret()).unwrap();
    let error = credential.token(SCOPE).await.unwrap_err();
    assert!(matches!(error, CredentialError::Refused { identity: "client-secret", .. }));
    assert!(error.to_string().contains("AADSTS7000215"), "{error}");
    assert!(!format!("{error} {error:?}").contains("s3cr"));
    // The answer is shared for a moment rather than asked for again by each of many calls.
    assert!(credential.token(SCOPE).await.is_err());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_token_of_the_authority_reaches_resource_manager() {
    let server =
        Server::start(
            |seen, _| {
                if seen.method == "POST" { token_answer() } else { json(200, &j!({})) }
            },
        )
        .await;
    let cloud = cloud_at(&server.url, &server.url);
    let credential = credential(&cloud, client_secret()).unwrap();
    let client = ArmClient::new(&cloud, credential, http(), quick()).unwrap();
    client.reader().get::<Value>(&get("/subscriptions/a")).await.unwrap();
    assert_eq!(server.seen()[1].header("authorization"), "Bearer from-authority");
}

#[tokio::test]
async fn a_custom_endpoint_never_gets_the_developers_own_token() {
    let cloud = Cloud::custom("https://arm.example", Some(AUDIENCE)).unwrap();
    let error = credential(&cloud, Identity::DeveloperTools).unwrap_err();
    assert!(matches!(error, CredentialError::DeveloperTokenAbroad { .. }));
    // Not even when it was made for another cloud.
    let public = Credential::for_cloud(&Cloud::Public, CredentialChoice::Unset, &http()).unwrap();
    assert_eq!(public.name(), "developer-tools");
    assert!(ArmClient::new(&cloud, public, http(), quick()).is_err());
}

#[tokio::test]
async fn a_custom_endpoint_needs_a_token_or_an_audience() {
    let unset = |cloud: &Cloud| Credential::for_cloud(cloud, CredentialChoice::Unset, &http());
    let abroad = Cloud::custom("https://arm.example", None).unwrap();
    assert!(matches!(unset(&abroad), Err(CredentialError::Missing { .. })));
    assert!(matches!(
        credential(&abroad, client_secret()),
        Err(CredentialError::NoAudience { .. })
    ));
    let here = Cloud::custom("http://127.0.0.1:1", None).unwrap();
    assert_eq!(unset(&here).unwrap().token("any").await.unwrap().expose(), "sample");
    assert!(unset(&here).unwrap().check_allowed_for(&abroad).is_err());
    let token = CredentialChoice::Token(Secret::from("explicit"));
    let fixed = Credential::for_cloud(&abroad, token, &http()).unwrap();
    assert_eq!(fixed.token("any").await.unwrap().expose(), "explicit");
    for bad in ["", "a b", "a\nb", "ä"] {
        assert_eq!(Credential::fixed(Secret::from(bad)).unwrap_err(), CredentialError::Unusable);
    }
}
