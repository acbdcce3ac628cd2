//! Where a server is.

use url::Url;

use super::ClientError;

/// The path of the chat below the base of a server.
const CHAT: &str = "/v1/chat";

/// The base address of a server; behind a gateway it may have a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Address(Url);

impl Address {
    /// Reads `http`, `https`, `ws` and `wss` addresses, also the one of the chat itself.
    ///
    /// # Errors
    /// [`ClientError::Address`], also for one with a user or password in it.
    pub(in crate::cli) fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Address(text.to_owned());
        let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
        if !url.username().is_empty() || url.password().is_some() {
            let hidden = "an address with a user or password".to_owned();
            return Err(ClientError::Address(hidden));
        }
        let scheme = match url.scheme() {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return Err(wrong()),
        };
        url.set_scheme(scheme).map_err(|()| wrong())?;
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(CHAT).unwrap_or(path).to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Where the WebSocket is.
    pub(super) fn chat(&self) -> String {
        let mut url = self.at(CHAT);
        let scheme = if self.is_secure() { "wss" } else { "ws" };
        // Both pairs are schemes with a host: this cannot fail.
        let _ = url.set_scheme(scheme);
        url.into()
    }

    /// Where a path of the REST door is; it may have a query.
    pub(super) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }

    /// Whether it is spoken with over TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_server_leads_to_its_chat() {
        for (given, chat, base) in [
            ("http://127.0.0.1:1", "ws://127.0.0.1:1/v1/chat", "http://127.0.0.1:1"),
            ("ws://127.0.0.1:1/v1/chat", "ws://127.0.0.1:1/v1/chat", "http://127.0.0.1:1"),
            ("https://a.example/ops/", "wss://a.example/ops/v1/chat", "https://a.example/ops"),
            ("wss://a.example/ops/v1/chat", "wss://a.example/ops/v1/chat", "https://a.example/ops"),
        ] {
            let address = Address::parse(given).unwrap();
            assert_eq!((address.chat(), address.to_string()), (chat.into(), base.into()));
        }
        let address = Address::parse("https://a.example/ops").unwrap();
        assert_eq!(
            address.at("/v1/threads?limit=2").as_str(),
            "https://a.example/ops/v1/threads?limit=2"
        );
    }

    #[test]
    fn what_is_no_address_is_refused_and_no_password_repeated() {
        for text in ["nowhere", "ftp://a", "http://", "file:///etc"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        let error = Address::parse("https://me:hush@a.example").unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");
    }
}
