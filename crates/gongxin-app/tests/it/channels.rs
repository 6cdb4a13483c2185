//! Channels over real sockets: a mail server and a receiver of webhooks on this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use gongxin_app::notices::{Carried, Carrier as _, Fault, Letter};
use gongxin_app::transport::{HookCarrier, HookRules, MailCarrier, MailRules, MailTls};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const HERE: HookRules = HookRules { loopback: true, private: false };

/// A request as the receiver read it: its head, and its body.
type Request = (String, String);

/// Answers each connection with the next of some answers; gives what came.
fn receiver(answers: Vec<&'static str>) -> (String, Arc<Mutex<Vec<Request>>>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let came = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&came);
    let thread = std::thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            kept.lock().unwrap().push(request(&stream));
            // What is not read in the end need not be taken.
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    (address, came, thread)
}

fn request(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let length = header(&head, "content-length").parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn header(head: &str, name: &str) -> String {
    let found = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = found.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn letter(url: &str) -> Letter {
    let (id, timestamp, body) = ("p-1".to_owned(), 1_795_000_000, "{\"type\":\"x\"}".to_owned());
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    let signature = format!("v1,{}", base64(&mac.finalize().into_bytes()));
    Letter::Hook { id, url: url.to_owned(), timestamp, signature, body }
}

#[test]
fn a_receiver_can_check_what_it_gets_and_a_failure_is_one() {
    let (url, came, thread) = receiver(vec![
        "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let carrier = HookCarrier::new(HERE).unwrap();
    assert_eq!(carrier.carry(&letter(&url)), Carried::Later(Fault::with("busy", 500)));
    assert_eq!(carrier.carry(&letter(&url)), Carried::Taken);
    thread.join().unwrap();
    let came = came.lock().unwrap();
    assert_eq!(came[0].1, came[1].1);
    let (head, body) = &came[1];
    assert!(head.starts_with("POST /hook HTTP/1.1\r\n"), "{head}");
    assert_eq!(header(head, "content-type"), "application/json");
    let signed =
        format!("{}.{}.{body}", header(head, "webhook-id"), header(head, "webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(signed.as_bytes());
    let signature = format!("v1,{}", base64(&mac.finalize().into_bytes()));
    assert_eq!(header(head, "webhook-signature"), signature);
}

#[test]
fn no_redirect_is_followed_and_no_answer_is_read() {
    let (other, never, _) = receiver(vec!["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]);
    let there = format!("HTTP/1.1 307 Elsewhere\r\nlocation: {other}\r\ncontent-length: 0\r\n\r\n");
    let (url, _, thread) = receiver(vec![there.leak()]);
    let carrier = HookCarrier::new(HERE).unwrap();
    assert_eq!(carrier.carry(&letter(&url)), Carried::Never(Fault::with("redirected", 307)));
    thread.join().unwrap();
    assert!(never.lock().unwrap().is_empty());
    // A body without an end is not waited for.
    let (url, _, thread) = receiver(vec!["HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\nx"]);
    assert_eq!(carrier.carry(&letter(&url)), Carried::Taken);
    thread.join().unwrap();
    let gone = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n";
    let (url, _, thread) = receiver(vec![gone]);
    assert_eq!(carrier.carry(&letter(&url)), Carried::Never(Fault::with("turned-away", 410)));
    thread.join().unwrap();
}

#[test]
fn a_receiver_that_hangs_is_left_and_one_inside_is_not_reached() {
    // Nobody accepts: the connection stands and nothing comes back.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let carrier = HookCarrier::new(HERE).unwrap().within(Duration::from_millis(100));
    assert_eq!(carrier.carry(&letter(&url)), Carried::Later(Fault::of("timed-out")));
    // Allowed when it was registered, not any more.
    let strict = HookCarrier::new(HookRules { loopback: false, private: true }).unwrap();
    let forbidden = Carried::Never(Fault::of("forbidden-address"));
    assert_eq!(strict.carry(&letter(&url)), forbidden);
    drop(listener);
    let gone = carrier.carry(&letter(&url));
    assert_eq!(gone, Carried::Later(Fault::of("unreachable")));
}

/// A mail server that takes one connection and says what it is told to.
fn server(recipient: &'static str, data: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let say = |line: &str| {
            let _ = (&stream).write_all(format!("{line}\r\n").as_bytes());
        };
        say("220 here");
        let (mut text, mut is_data) = (String::new(), false);
        for line in BufReader::new(&stream).lines() {
            let Ok(line) = line else { break };
            text.push_str(&line);
            text.push('\n');
            match line.split(' ').next().unwrap_or_default() {
                _ if is_data && line == "." => {
                    is_data = false;
                    say(data);
                }
                _ if is_data => {}
                "EHLO" => say("250-here\r\n250 8BITMIME"),
                "RCPT" => say(recipient),
                "DATA" => {
                    is_data = true;
                    say("354 go on");
                }
                "QUIT" => {
                    say("221 bye");
                    break;
                }
                _ => say("250 fine"),
            }
        }
        text
    });
    (port, thread)
}

fn mail(port: u16) -> MailCarrier {
    MailCarrier::new(&MailRules {
        server: "127.0.0.1".to_owned(),
        port,
        tls: MailTls::None,
        sender: "公信平台 <no-reply@credit.example>".to_owned(),
        credentials: None,
    })
    .unwrap()
}

fn to(address: &str) -> Letter {
    Letter::Mail {
        id: "p-7".to_owned(),
        to: address.to_owned(),
        subject: "公信：您有一条新通知\r\nBcc: other@example.cn".to_owned(),
        text: "请登录后查看\n.\nRCPT TO:<other@example.cn>\n".to_owned(),
    }
}

#[test]
fn a_mail_comes_through_whole_and_no_text_of_it_is_a_command() {
    let (port, thread) = server("250 fine", "250 taken");
    assert_eq!(mail(port).carry(&to("office@example.gov.cn")), Carried::Taken);
    let text = thread.join().unwrap();
    let rcpt: Vec<&str> = text.lines().filter(|line| line.starts_with("RCPT TO:")).collect();
    // The line of the body that looks like a command stands in the data, encoded or behind a dot.
    assert_eq!(rcpt.first(), Some(&"RCPT TO:<office@example.gov.cn>"), "{text}");
    let head = text.split("\n\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(head.contains("Message-ID: <p-7@credit.example>"), "{head}");
    assert!(text.contains("Subject: =?utf-8?b?"), "{text}");
    assert!(text.contains("From: =?utf-8?b?"), "{text}");
}

#[test]
fn a_server_that_says_later_is_asked_again_and_one_that_says_never_is_not() {
    for (recipient, data, became) in [
        ("451 later", "250 taken", Carried::Later(Fault::with("busy", 451))),
        ("550 unknown", "250 taken", Carried::Never(Fault::with("turned-away", 550))),
        ("250 fine", "452 full", Carried::Later(Fault::with("busy", 452))),
        ("250 fine", "554 no", Carried::Never(Fault::with("turned-away", 554))),
        ("535 who", "250 taken", Carried::Later(Fault::with("credentials", 535))),
    ] {
        let (port, thread) = server(recipient, data);
        assert_eq!(mail(port).carry(&to("office@example.gov.cn")), became);
        thread.join().unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let none = mail(port).carry(&to("office@example.gov.cn"));
    assert_eq!(none, Carried::Later(Fault::of("unreachable")));
}
