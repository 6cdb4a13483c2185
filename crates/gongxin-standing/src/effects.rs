//! What a record's entries did to it, one after the other.

use gongxin_model::{Body, Day, Instant, Kind, PublicId, Seq};

/// One entry about the record, decoded.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Its place in the archive.
    pub seq: Seq,
    /// When it was received.
    pub at: Instant,
    /// What it does.
    pub kind: Kind,
    /// Its body; None once erased.
    pub body: Option<&'a Body>,
}

/// An effect in force: the entry that made it and the causes it named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What it does.
    pub kind: Kind,
    /// The entry.
    pub seq: Seq,
    /// When it was received: an end counts from then on.
    pub at: Instant,
    /// The entries it follows from.
    pub causes: Vec<Seq>,
    /// The ground it gave.
    pub ground: Option<String>,
}

/// A content, and when it was received.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// When it was received.
    pub at: Instant,
    /// What it says.
    pub body: &'a Body,
}

/// What a subject says beside a record. It alters nothing of the record's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The entry that published it.
    pub seq: Seq,
    /// When that was.
    pub at: Instant,
    /// The text.
    pub text: &'a str,
    /// The entries that it follows from.
    pub causes: &'a [Seq],
}

/// The field of a reply's text.
pub const REPLY_FIELD: &str = "reply";

/// The state of a record's content and of all effects on it.
#[derive(Debug, Clone, Default)]
pub struct Effects<'a> {
    /// The first entry.
    pub first: Option<(Seq, Instant)>,
    /// The content in force.
    pub content: Option<&'a Body>,
    /// The entry of that content.
    pub content_seq: Option<Seq>,
    /// All contents, oldest first; the last is the one in force.
    pub contents: Vec<Content<'a>>,
    /// The subject it is linked to.
    pub subject: Option<PublicId>,
    /// Effects that still hold, oldest first.
    pub holding: Vec<Effect>,
    /// What its subject says beside it.
    pub reply: Option<Reply<'a>>,
    /// The last entry that counted.
    pub last: Option<Seq>,
}

impl<'a> Effects<'a> {
    /// Replays the entries in their order.
    #[must_use]
    pub fn replay(events: &[Event<'a>]) -> Self {
        let mut effects = Self::default();
        for event in events {
            effects.apply(event);
        }
        effects
    }

    fn apply(&mut self, event: &Event<'a>) {
        self.first.get_or_insert((event.seq, event.at));
        self.last = Some(event.seq);
        let linked = event.body.and_then(|body| body.subject);
        match event.kind {
            Kind::Received => {
                self.take_content(event);
                self.subject = linked;
            }
            Kind::Corrected => self.take_content(event),
            Kind::Linked => self.subject = linked,
            Kind::Unlinked => self.subject = None,
            Kind::Resumed => {
                let fallen = event.body.map_or(&[][..], |body| &body.causes);
                self.holding.retain(|effect| {
                    !fallen.contains(&effect.seq)
                        && !effect.causes.iter().any(|cause| fallen.contains(cause))
                });
            }
            Kind::DisputeClosed => self.close_dispute(event),
            Kind::Replied => self.reply = reply(event),
            Kind::ReplyEnded => self.end_reply(event),
            Kind::Withdrawn
            | Kind::SharingEnded
            | Kind::PublicationEnded
            | Kind::Shielded
            | Kind::Unshielded
            | Kind::Stayed
            | Kind::Quashed
            | Kind::Disputed
            | Kind::Erased => self.holding.push(Effect {
                kind: event.kind,
                seq: event.seq,
                at: event.at,
                causes: event.body.map(|body| body.causes.clone()).unwrap_or_default(),
                ground: event.body.and_then(|body| body.ground.clone()),
            }),
            // These are about subjects, cases and the platform; none of them lies under a record.
            Kind::CaseOpened
            | Kind::CaseStep
            | Kind::CaseDecided
            | Kind::CaseOverdue
            | Kind::IdentifierClaimed
            | Kind::Joined
            | Kind::Parted
            | Kind::Succeeded
            | Kind::RulebookAdopted
            | Kind::Configured => {}
        }
    }

    /// Closes the disputes whose cause the entry names; one that names none closes all.
    fn close_dispute(&mut self, event: &Event<'a>) {
        let named = event.body.map_or(&[][..], |body| &body.causes);
        self.holding.retain(|effect| {
            effect.kind != Kind::Disputed
                || !(named.is_empty() || effect.causes.iter().any(|cause| named.contains(cause)))
        });
    }

    /// Ends the reply whose cause the entry names.
    fn end_reply(&mut self, event: &Event<'a>) {
        let named = event.body.map_or(&[][..], |body| &body.causes);
        self.reply = self.reply.filter(|one| !one.causes.iter().any(|cause| named.contains(cause)));
    }

    fn take_content(&mut self, event: &Event<'a>) {
        if let Some(body) = event.body {
            self.content = Some(body);
            self.content_seq = Some(event.seq);
            self.contents.push(Content { at: event.at, body });
        }
    }

    /// The first effect of a kind that holds.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Option<&Effect> {
        self.holding.iter().find(|effect| effect.kind == kind)
    }

    /// The shield that rests publication as seen from a day: the first that was not lifted by
    /// then. Past days stay shielded after it was.
    #[must_use]
    pub fn shield(&self, day: Day) -> Option<&Effect> {
        let mut shields = self.holding.iter().filter(|effect| effect.kind == Kind::Shielded);
        shields.find(|shield| match self.lifted(shield) {
            None => true,
            Some(at) => day < at.day() && shield.at.day() < at.day(),
        })
    }

    /// When a shield was lifted. A lifting lifts the shields whose causes it names, and no other.
    #[must_use]
    pub fn lifted(&self, shield: &Effect) -> Option<Instant> {
        let names = |lifting: &&Effect| {
            lifting.kind == Kind::Unshielded
                && lifting.seq > shield.seq
                && lifting
                    .causes
                    .iter()
                    .any(|cause| *cause == shield.seq || shield.causes.contains(cause))
        };
        self.holding.iter().find(names).map(|lifting| lifting.at)
    }
}

fn reply<'a>(event: &Event<'a>) -> Option<Reply<'a>> {
    let Event { seq, at, body, .. } = *event;
    let body = body?;
    let text = body.field(REPLY_FIELD)?.value.first();
    Some(Reply { seq, at, text, causes: &body.causes })
}
