//! Microsoft's clouds: each is reached, and signed in to, at its own hosts and nowhere else.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::JoinHandle,
};

use opscopilot::azure::{
    ArmClient, Cloud, Credential, Http, HttpSettings, Secret,
    credential::{CredentialChoice, Identity},
    http::ProxyChoice,
};
use serde_json::Value;

use crate::azure_server::{get, quick};

/// A proxy that lets nobody through, and what the first who asks says to it.
fn proxy() -> (ProxyChoice, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        String::from_utf8(head).unwrap()
    });
    (ProxyChoice::Url(url), heard)
}

fn http(proxy: ProxyChoice) -> Http {
    let ca_file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/azure_tls/ca.pem");
    Http::new(&HttpSettings { proxy, ca_file: Some(ca_file) }).unwrap()
}

#[tokio::test]
async fn each_cloud_is_asked_at_its_own_resource_manager() {
    for (name, host) in [
        ("public", "management.azure.com"),
        ("usgov", "management.usgovcloudapi.net"),
        ("china", "management.chinacloudapi.cn"),
    ] {
        let cloud: Cloud = name.parse().unwrap();
        let (proxy, heard) = proxy();
        let http = http(proxy);
        let token = CredentialChoice::Token(Secret::from("explicit"));
        let credential = Credential::for_cloud(&cloud, token, &http).unwrap();
        let mut settings = quick();
        settings.retry.max_attempts = 1;
        let client = ArmClient::new(&cloud, credential, http, settings).unwrap();
        assert!(client.reader().get::<Value>(&get("/subscriptions/a")).await.is_err());
        let heard = heard.join().unwrap();
        assert!(heard.starts_with(&format!("CONNECT {host}:443 ")), "{heard}");
        assert!(!heard.contains("explicit"), "{heard}");
    }
}

#[tokio::test]
async fn each_cloud_is_signed_in_to_at_its_own_authority() {
    for (name, host) in [
        ("public", "login.microsoftonline.com"),
        ("usgov", "login.microsoftonline.us"),
        ("china", "login.chinacloudapi.cn"),
    ] {
        let cloud: Cloud = name.parse().unwrap();
        let (proxy, heard) = proxy();
        let identity = Identity::ClientSecret {
            tenant_id: "tenant-1".to_owned(),
            client_id: "app-1".to_owned(),
            secret: Secret::from("s3cr&t"),
        };
        let choice = CredentialChoice::Identity(identity);
        let credential = Credential::for_cloud(&cloud, choice, &http(proxy)).unwrap();
        let scope = cloud.arm_scope().unwrap();
        let asking = tokio::spawn(async move { credential.token(&scope).await });
        let heard = tokio::task::spawn_blocking(move || heard.join().unwrap()).await.unwrap();
        asking.abort();
        assert!(heard.starts_with(&format!("CONNECT {host}:443 ")), "{heard}");
        assert!(!heard.contains("s3cr"), "{heard}");
    }
}
