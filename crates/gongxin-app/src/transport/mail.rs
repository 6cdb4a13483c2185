//! Mail over SMTP (RFC 5321), with TLS by rustls.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message, SmtpTransport, Transport as _};

use super::TransportError;
use crate::notices::{Carried, Carrier, Fault, Letter};

/// A try waits so long for the server at each step.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the connection to the server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte (RFC 8314).
    Whole,
    /// STARTTLS, and nothing without it.
    Start,
    /// None: to a server on the same machine alone.
    None,
}

/// How mail goes out.
#[derive(Clone)]
pub struct MailRules {
    /// The server's name.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub tls: MailTls,
    /// From whom, as an address with a name or without.
    pub sender: String,
    /// Login and password.
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for MailRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailRules").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Carries mails to one server.
pub struct MailCarrier {
    transport: SmtpTransport,
    sender: Mailbox,
}

impl std::fmt::Debug for MailCarrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailCarrier(…)")
    }
}

/// True for an address of mail that is taken: of ASCII, with a domain of several parts or `localhost`.
pub(crate) fn address_fits(address: &str) -> bool {
    let plain = address.is_ascii() && !address.chars().any(|one| one.is_ascii_control());
    plain && address.parse::<Address>().is_ok_and(|one| one.domain().contains('.'))
}

impl MailCarrier {
    /// For a server; nothing is opened yet.
    ///
    /// # Errors
    /// The sender is no address, or TLS cannot be had, or is not asked for though the server is elsewhere.
    pub fn new(rules: &MailRules) -> Result<Self, TransportError> {
        let wrong = |what: String| TransportError(what);
        let sender: Mailbox = rules
            .sender
            .parse()
            .map_err(|_| wrong(format!("`{}` is no address of a sender", rules.sender)))?;
        let is_here = matches!(rules.server.as_str(), "localhost" | "127.0.0.1" | "::1");
        let secured = || {
            TlsParameters::new(rules.server.clone())
                .map_err(|error| wrong(format!("TLS to `{}`: {error}", rules.server)))
        };
        let tls = match rules.tls {
            MailTls::Whole => Tls::Wrapper(secured()?),
            MailTls::Start => Tls::Required(secured()?),
            MailTls::None if is_here => Tls::None,
            MailTls::None => {
                let what = "mail without TLS goes to a server on this machine alone";
                return Err(wrong(what.to_owned()));
            }
        };
        let domain = sender.email.domain().to_owned();
        let builder = SmtpTransport::builder_dangerous(&rules.server)
            .port(rules.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(domain));
        let builder = match &rules.credentials {
            Some((login, password)) => {
                builder.credentials(Credentials::new(login.clone(), password.clone()))
            }
            None => builder,
        };
        Ok(Self { transport: builder.build(), sender })
    }

    fn message(&self, (id, to): (&str, &str), subject: &str, text: &str) -> Option<Message> {
        let to: Address = to.parse().ok()?;
        let domain = self.sender.email.domain();
        Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{id}@{domain}>")))
            // RFC 3834: nobody's holiday answers it.
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .ok()
    }
}

/// Says that no person wrote it.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Carrier for MailCarrier {
    fn carry(&self, letter: &Letter) -> Carried {
        let Letter::Mail { id, to, subject, text } = letter else {
            return Carried::Never(Fault::of("malformed"));
        };
        let Some(message) = self.message((id, to), subject, text) else {
            return Carried::Never(Fault::of("malformed"));
        };
        match self.transport.send(&message) {
            Ok(_) => Carried::Taken,
            Err(error) => became(&error),
        }
    }
}

/// What a failure means. A server that refuses our login, or offers no TLS, may be put right: it is tried
/// again.
fn became(error: &lettre::transport::smtp::Error) -> Carried {
    let status = error.status().map(u16::from);
    match status {
        Some(status @ (530..=535 | 538)) => Carried::Later(Fault::with("credentials", status)),
        Some(status @ 500..=599) => Carried::Never(Fault::with("turned-away", status)),
        Some(status) => Carried::Later(Fault::with("busy", status)),
        None if error.is_timeout() => Carried::Later(Fault::of("timed-out")),
        None if error.is_tls() => Carried::Later(Fault::of("insecure")),
        None => Carried::Later(Fault::of("unreachable")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrier() -> MailCarrier {
        MailCarrier::new(&MailRules {
            server: "127.0.0.1".to_owned(),
            port: 1,
            tls: MailTls::None,
            sender: "公信平台 <no-reply@credit.example>".to_owned(),
            credentials: None,
        })
        .unwrap()
    }

    #[test]
    fn addresses_that_could_be_more_than_one_are_none() {
        for (address, fits) in [
            ("office@example.gov.cn", true),
            ("o.ffice+1@example.cn", true),
            ("office", false),
            ("office@localhost", false),
            ("a@b.cn, c@d.cn", false),
            ("a@b.cn\r\nBcc: c@d.cn", false),
            ("a@b.cn\n", false),
            ("某人@例子.cn", false),
            ("Name <a@b.cn>", false),
            ("@b.cn", false),
            ("", false),
        ] {
            assert_eq!(address_fits(address), fits, "{address:?}");
        }
    }

    #[test]
    fn no_text_makes_a_header_and_every_letter_comes_through() {
        let made = carrier().message(
            ("p-1", "a@b.cn"),
            "公信：新通知\r\nBcc: c@d.cn\r\n\r\nbody",
            "正文\r\n.\r\nMAIL FROM:<x@y.cn>\r\n",
        );
        let bytes = made.unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(':').map(|(name, _)| name))
            .collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        assert!(head.contains("=?utf-8?b?"), "{head}");
        assert!(head.contains("Message-ID: <p-1@credit.example>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
    }

    #[test]
    fn a_server_elsewhere_is_spoken_to_with_tls_alone() {
        let rules = MailRules {
            server: "mail.example".to_owned(),
            port: 25,
            tls: MailTls::None,
            sender: "no-reply@credit.example".to_owned(),
            credentials: None,
        };
        assert!(MailCarrier::new(&rules).is_err());
        assert!(MailCarrier::new(&MailRules { tls: MailTls::Start, ..rules.clone() }).is_ok());
        let rules = MailRules { sender: "nobody".to_owned(), tls: MailTls::Whole, ..rules };
        assert!(MailCarrier::new(&rules).is_err());
    }
}
