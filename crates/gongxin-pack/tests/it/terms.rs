//! The packs' own cases name what they are about. What they expect is another room's answer: the
//! office runs them through the fold.

use gongxin_pack::Role;

use crate::loaded;

#[test]
fn every_case_names_its_sector_as_the_rulebook_would() {
    let loaded = loaded();
    for (_, case) in &loaded.cases {
        let catalogue = loaded.rulebook.catalogue(&case.catalogue).unwrap();
        // Without terms no sector is asked for.
        if !catalogue.publication.is_timed() {
            continue;
        }
        let code = catalogue.code_of(Role::AuthorityName).unwrap();
        let authority = case.given.get(code).map_or("", |value| value.first());
        let sector = loaded.rulebook.sector_of(authority, None);
        assert_eq!(sector, Some(case.sector.as_str()), "{}", case.name);
    }
}
