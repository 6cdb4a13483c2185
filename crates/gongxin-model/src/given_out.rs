//! The words by which the platform knows its own columns and sheets in the workbooks it gives out,
//! when they come back: each in both languages, Chinese first.

/// Holds the id of the record that a row corrects.
pub const RECORD_ID: [&str; 2] = ["公信记录标识", "GONGXIN_RECORD_ID"];
/// Holds the row's number in the file as it was handed in.
pub const ROW: [&str; 2] = ["公信原行号", "GONGXIN_ROW"];
/// Holds what became of the row.
pub const OUTCOME: [&str; 2] = ["公信处理结果", "GONGXIN_OUTCOME"];
/// Holds what was found in the row.
pub const FINDINGS: [&str; 2] = ["公信问题提示", "GONGXIN_FINDINGS"];
/// Columns that say something to the clerk and nothing to the platform.
pub const IGNORED: [[&str; 2]; 3] = [ROW, OUTCOME, FINDINGS];

/// Holds the number of a held row that is to be judged.
pub const HELD: [&str; 2] = ["公信疑问编号", "GONGXIN_HELD"];
/// Holds the judgement: one of [`LINK`], [`REFUSE`], [`PERSON`], or nothing.
pub const JUDGEMENT: [&str; 2] = ["判定", "judgement"];
/// Holds the code of the organisation that the row is about.
pub const JUDGED_CODE: [&str; 2] = ["判定主体代码", "subject code"];
/// Holds the ground of the judgement.
pub const GROUND: [&str; 2] = ["判定理由", "reason"];
/// The row is about the organisation of the code.
pub const LINK: [&str; 2] = ["关联", "link"];
/// The row does not belong here.
pub const REFUSE: [&str; 2] = ["拒收", "refuse"];
/// The row is about a natural person: nothing of it stays.
pub const PERSON: [&str; 2] = ["自然人", "person"];

/// The sheet with the outcome of the hand-in.
pub const RECEIPT_SHEET: [&str; 2] = ["公信回执", "Gongxin receipt"];
/// The sheet that explains each field.
pub const GUIDE_SHEET: [&str; 2] = ["公信填报说明", "Gongxin guide"];
/// The hidden sheet with the values of drop-downs.
pub const CODES_SHEET: [&str; 2] = ["公信代码表", "Gongxin codes"];

/// True for a sheet that the platform wrote for people, and that holds no rows.
#[must_use]
pub fn is_own_sheet(name: &str) -> bool {
    [RECEIPT_SHEET, GUIDE_SHEET, CODES_SHEET].iter().flatten().any(|own| *own == name)
}
