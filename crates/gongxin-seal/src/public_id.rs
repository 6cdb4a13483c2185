//! Public ids: the number of a record, a subject or a place in a register, encrypted under the
//! instance key.
//!
//! To whoever has not the key an id is 128 random bits: it tells neither how many there are nor in
//! which order they came. Whoever has it reads the number, so that no index over random ids need be
//! kept, which costs more than any other (ADR 0017).

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _};
use gongxin_model::{CaseNo, PublicId, RecordNo, SubjectNo};

use crate::InstanceKey;

/// What stands before the number: that it is there again shows that the id was made here.
const RECORD: [u8; 8] = *b"record\0\0";
const SUBJECT: [u8; 8] = *b"subject\0";
const CASE: [u8; 8] = *b"case\0\0\0\0";
const PLACE: [u8; 8] = *b"place\0\0\0";
const CHANGE: [u8; 8] = *b"change\0\0";

impl InstanceKey {
    /// The public id of a record.
    #[must_use]
    pub fn record_id(&self, no: RecordNo) -> PublicId {
        sealed(&self.ids, RECORD, no.0)
    }

    /// The record of a public id; None of what is no id of a record here.
    #[must_use]
    pub fn record_of(&self, id: PublicId) -> Option<RecordNo> {
        opened(&self.ids, RECORD, id).map(RecordNo)
    }

    /// The public id of a subject.
    #[must_use]
    pub fn subject_id(&self, no: SubjectNo) -> PublicId {
        sealed(&self.ids, SUBJECT, no.0)
    }

    /// The subject of a public id; None of what is no id of a subject here.
    #[must_use]
    pub fn subject_of(&self, id: PublicId) -> Option<SubjectNo> {
        opened(&self.ids, SUBJECT, id).map(SubjectNo)
    }

    /// The public id of a case.
    #[must_use]
    pub fn case_id(&self, no: CaseNo) -> PublicId {
        sealed(&self.ids, CASE, no.0)
    }

    /// The case of a public id; None of what is no id of a case here.
    #[must_use]
    pub fn case_of(&self, id: PublicId) -> Option<CaseNo> {
        opened(&self.ids, CASE, id).map(CaseNo)
    }

    /// What tells a reader where the next page begins: nothing but that it was made here. Not the id of
    /// the record there, which may have ended.
    #[must_use]
    pub fn place_id(&self, no: i64) -> PublicId {
        sealed(&self.ids, PLACE, no)
    }

    /// Where a page begins; None of what was not made here.
    #[must_use]
    pub fn place_of(&self, id: PublicId) -> Option<i64> {
        opened(&self.ids, PLACE, id)
    }

    /// What tells whoever follows the changes how far it is: neither how many there are nor how many
    /// of them the public may not see.
    #[must_use]
    pub fn change_id(&self, no: i64) -> PublicId {
        sealed(&self.ids, CHANGE, no)
    }

    /// How far one is; None of what was not made here.
    #[must_use]
    pub fn change_of(&self, id: PublicId) -> Option<i64> {
        opened(&self.ids, CHANGE, id)
    }
}

fn sealed(cipher: &Aes128, scope: [u8; 8], no: i64) -> PublicId {
    let mut id = [0; 16];
    id.iter_mut().zip(scope.into_iter().chain(no.to_be_bytes())).for_each(|(to, from)| *to = from);
    cipher.encrypt_block((&mut id).into());
    PublicId(id)
}

fn opened(cipher: &Aes128, scope: [u8; 8], id: PublicId) -> Option<i64> {
    let mut block = id.0;
    cipher.decrypt_block((&mut block).into());
    let (before, no) = block.split_first_chunk()?;
    (*before == scope).then(|| no.try_into().map(i64::from_be_bytes).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_those_of_fips_197() {
        // FIPS 197, appendix C.1: the block under the key.
        let key = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes();
        let cipher = <Aes128 as aes::cipher::KeyInit>::new(&key.into());
        let block: [u8; 8] = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];
        let no = i64::from_be_bytes([0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
        let id = sealed(&cipher, block, no);
        assert_eq!(u128::from_be_bytes(id.0), 0x69c4_e0d8_6a7b_0430_d8cd_b780_70b4_c55a);
        assert_eq!(opened(&cipher, block, id), Some(no));
    }

    proptest! {
        #[test]
        fn an_id_leads_to_its_own_number_and_nowhere_else(no in any::<i64>(), other in any::<[u8; 16]>()) {
            let (key, another) = (InstanceKey::new([7; 32]), InstanceKey::new([8; 32]));
            let id = key.record_id(RecordNo(no));
            prop_assert_eq!(key.record_of(id), Some(RecordNo(no)));
            prop_assert_eq!(key.subject_of(id), None);
            prop_assert_eq!(another.record_of(id), None);
            prop_assert_eq!(key.subject_of(key.subject_id(SubjectNo(no))), Some(SubjectNo(no)));
            prop_assert_eq!(key.record_of(PublicId(other)), None);
            prop_assert_eq!(key.place_of(key.place_id(no)), Some(no));
            prop_assert_eq!(key.place_of(id), None);
            prop_assert_eq!(key.change_of(key.change_id(no)), Some(no));
            prop_assert_eq!(key.change_of(key.place_id(no)), None);
        }
    }
}
