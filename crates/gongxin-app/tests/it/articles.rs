//! Notices and guides: what readers see, and when.

use gongxin_app::public::shown::{Found, PageAsk, PublicDesk};
use gongxin_app::{Article, ArticleKind, ArticleText, OfficeError};
use gongxin_model::Day;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::world::World;

engine_test! {
    a_draft_is_nobodys_until_it_is_published
    what_is_taken_back_or_over_is_gone
    lists_go_by_day_and_page_by_page
    what_cannot_be_shown_is_not_kept
}

const NOTICE: ArticleKind = ArticleKind::Notice;

fn text(title: &str) -> ArticleText {
    ArticleText { title: title.to_owned(), issuer: None, text: "正文".to_owned() }
}

fn article(title: &str) -> Article {
    Article { zh: text(title), en: None }
}

fn day(text: &str) -> Option<Day> {
    Some(text.parse().unwrap())
}

/// The title that readers see, or the word of what they see instead.
fn seen(world: &World, slug: &str) -> String {
    match world.desk.article(NOTICE, slug).unwrap() {
        Found::Shown(article) => article.line.title.zh,
        Found::Ended => "ended".to_owned(),
        Found::Never => "never".to_owned(),
        Found::MovedTo(code) => panic!("{code}"),
    }
}

fn a_draft_is_nobodys_until_it_is_published(place: &Place) {
    let world = World::new(place);
    let before = world.office.store().read(|reader| reader.head()).unwrap().next_seq;
    world.office.draft_article(&world.whole("steward"), ("rules", NOTICE), &article("一")).unwrap();
    assert_eq!(seen(&world, "rules"), "never");
    let head = |world: &World| world.office.store().read(|reader| reader.head()).unwrap().next_seq;
    assert_eq!(head(&world), before);
    world.office.publish_article(&world.whole("steward"), "rules", (None, None)).unwrap();
    assert_eq!(head(&world), before + 1);
    assert_eq!(seen(&world, "rules"), "一");
    assert_eq!(world.desk.home().unwrap().notices[0].slug, "rules");
    // Another draft does not touch what readers see, until it is published in turn.
    world.office.draft_article(&world.whole("steward"), ("rules", NOTICE), &article("二")).unwrap();
    assert_eq!(seen(&world, "rules"), "一");
    world.office.publish_article(&world.whole("steward"), "rules", (None, None)).unwrap();
    assert_eq!(seen(&world, "rules"), "二");
    // A word is of one kind alone.
    let guide = world.office.draft_article(
        &world.whole("steward"),
        ("rules", ArticleKind::Guide),
        &article("三"),
    );
    assert!(matches!(guide, Err(OfficeError::Article(_))), "{guide:?}");
    assert!(matches!(world.desk.article(ArticleKind::Guide, "rules"), Ok(Found::Never)));
    assert!(world.office.fsck(&mut |_| ()).unwrap().problems.is_empty());
}

fn what_is_taken_back_or_over_is_gone(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    office.draft_article(&world.whole("steward"), ("rules", NOTICE), &article("一")).unwrap();
    let days = (day("2026-12-01"), day("2026-12-05"));
    office.publish_article(&world.whole("steward"), "rules", days).unwrap();
    assert_eq!(seen(&world, "rules"), "never");
    world.clock.set("2026-12-01T00:00:00+08:00");
    assert_eq!(seen(&world, "rules"), "一");
    world.clock.set("2026-12-05T23:59:59+08:00");
    assert_eq!(seen(&world, "rules"), "一");
    world.clock.set("2026-12-06T00:00:00+08:00");
    assert_eq!(seen(&world, "rules"), "ended");
    assert!(world.desk.home().unwrap().notices.is_empty());
    office.publish_article(&world.whole("steward"), "rules", (None, None)).unwrap();
    office.withdraw_article(&world.whole("steward"), "rules", "wrong").unwrap();
    assert_eq!(seen(&world, "rules"), "ended");
    assert!(world.desk.articles(NOTICE, &PageAsk::first(20)).unwrap().items.is_empty());
    // It goes on as a draft.
    assert_eq!(office.articles(&world.whole("steward")).unwrap()[0].draft, Some(article("一")));
    assert!(office.withdraw_article(&world.whole("steward"), "rules", "again").is_err());
    let backwards = (day("2026-12-09"), day("2026-12-08"));
    assert!(office.publish_article(&world.whole("steward"), "rules", backwards).is_err());
    assert!(office.publish_article(&world.whole("steward"), "other", (None, None)).is_err());
}

fn lists_go_by_day_and_page_by_page(place: &Place) {
    let world = World::new(place);
    for (slug, from) in [("a", "2026-11-02"), ("b", "2026-11-03"), ("c", "2026-11-02")] {
        world
            .office
            .draft_article(&world.whole("steward"), (slug, NOTICE), &article(slug))
            .unwrap();
        world.office.publish_article(&world.whole("steward"), slug, (day(from), None)).unwrap();
    }
    let mut ask = PageAsk::first(1);
    let mut found = Vec::new();
    loop {
        let page = world.desk.articles(NOTICE, &ask).unwrap();
        found.extend(page.items.into_iter().map(|line| line.slug));
        match page.next {
            Some(next) => ask.after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, ["b", "a", "c"]);
    let foreign = PageAsk { after: Some("x".to_owned()), size: 1 };
    assert!(world.desk.articles(NOTICE, &foreign).is_err());
}

fn what_cannot_be_shown_is_not_kept(place: &Place) {
    let world = World::new(place);
    let refused = |slug: &str, article: &Article| {
        let answer = world.office.draft_article(&world.whole("steward"), (slug, NOTICE), article);
        match answer {
            Err(OfficeError::Article(why)) => why.to_string(),
            other => panic!("{other:?}"),
        }
    };
    for slug in ["", "-a", "a-", "A", "规则", "a/b", "..", &"a".repeat(65)] {
        refused(slug, &article("一"));
    }
    for title in ["", "  ", "一\n二", &"一".repeat(121)] {
        refused("a", &article(title));
    }
    let with_text = |words: &str| Article {
        zh: ArticleText { text: words.to_owned(), ..text("一") },
        en: None,
    };
    refused("a", &with_text(" "));
    refused("a", &with_text(&"一".repeat(100_000)));
    // The number is a made one of the form that stands in the standard's own example.
    let why = refused("a", &with_text("第一行\n身份证号码 11010519491231002X"));
    assert!(why.starts_with("line 2 ") && !why.contains("1949"), "{why}");
    assert!(world.office.articles(&world.whole("steward")).unwrap().is_empty());
}
