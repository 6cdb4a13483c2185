//! One field of a catalogue, and the rules across fields.

use gongxin_model::{Day, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Scope, Visibility};
use crate::ground::{Ground, Text};

/// What is done with personal data in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Personal {
    /// The field holds none; it is kept as it is.
    #[default]
    Keep,
    /// Free text: what is found in it is masked before it is kept.
    Mask,
    /// An organisation or a person: kept where it reads like an organisation's name, else dropped.
    Organisation,
    /// The whole cell is dropped and nothing of it is kept.
    Drop,
}

/// The form of a field's values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text of any form.
    Text,
    /// A civil date; canonical `YYYY-MM-DD`.
    Day,
    /// A decimal amount in 万元 (ten thousand yuan).
    Wan,
    /// A decimal amount in yuan.
    Yuan,
    /// A whole number.
    Integer,
    /// A unified social credit code.
    Uscc,
    /// An organisation code, GB 11714; canonical without hyphen.
    OrganisationCode,
    /// A business registration number, GS 15, or an older one.
    RegistrationNumber,
    /// A tax registration number.
    TaxNumber,
    /// The name of an organisation.
    Name,
    /// The name of a person.
    PersonName,
    /// The number of an official document.
    DocumentNumber,
    /// A division code of GB/T 2260, or the name of one; the list is `regions`.
    Region,
    /// The number of a person's document: recognised, never kept.
    PersonNumber,
    /// One value of a code list.
    Code(String),
    /// Several values of a code list.
    Codes(String),
}

/// What a field is, for readers that know no catalogue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The counterpart's name as written.
    CounterpartName,
    /// Organisation, individual business or person.
    CounterpartCategory,
    /// The counterpart's unified social credit code.
    CounterpartUscc,
    /// Its organisation code.
    CounterpartOrganisationCode,
    /// Its business registration number.
    CounterpartRegistrationNumber,
    /// Its tax registration number.
    CounterpartTaxNumber,
    /// Its institution certificate number.
    CounterpartInstitutionNumber,
    /// Its association registration number.
    CounterpartAssociationNumber,
    /// The legal representative's name.
    LegalRepresentative,
    /// The kind of a person's certificate.
    CertificateType,
    /// The number of a person's certificate.
    CertificateNumber,
    /// The number of the decision's document.
    DocumentNumber,
    /// The title of the decision's document.
    DocumentTitle,
    /// The day of the decision.
    DecidedOn,
    /// The first day of validity.
    ValidFrom,
    /// The last day of validity.
    ValidUntil,
    /// The deciding authority's name.
    AuthorityName,
    /// The deciding authority's code.
    AuthorityCode,
    /// The supplying body's name.
    SourceName,
    /// The supplying body's code.
    SourceCode,
    /// The kinds of penalty.
    PenaltyKinds,
    /// The fine.
    Fine,
    /// The value confiscated.
    Confiscated,
    /// The last day of publication that the authority stated.
    StatedEnd,
    /// The class of conduct that the authority stated.
    StatedClass,
    /// Summary or general procedure.
    Procedure,
    /// The kind of conduct.
    Conduct,
    /// Facts or reason.
    Reason,
    /// The clause the authority cited.
    Basis,
    /// What was decided.
    Content,
    /// The state of the licence or registration.
    Status,
    /// The code of the list.
    ListCode,
    /// The day the entry left the list.
    RemovedOn,
    /// Why it left the list.
    RemovalReason,
    /// The document number of the decision that an act is about.
    TargetDocumentNumber,
    /// The authority of the decision that an act is about.
    TargetAuthority,
    /// The code of that authority.
    TargetAuthorityCode,
    /// The catalogue of the record that an act is about.
    TargetCatalogue,
    /// The result or direction of an act.
    Outcome,
    /// A name the organisation had before.
    FormerName,
    /// The legal form or enterprise type.
    LegalForm,
    /// The registered address.
    Address,
    /// The day of establishment or first registration.
    EstablishedOn,
    /// The registered capital.
    RegisteredCapital,
    /// The scope of business.
    BusinessScope,
    /// The code of the head that a branch belongs to.
    HeadCode,
    /// The name of that head.
    HeadName,
    /// The division of registration.
    Region,
    /// The category of a licence.
    LicenceKind,
    /// The name or number of the certificate.
    Certificate,
    /// The record id of a corrected workbook.
    RecordId,
    /// Remarks.
    Note,
}

impl Role {
    /// True of what a field says of whom the record is about: name, category and codes.
    #[must_use]
    pub const fn is_of_counterpart(self) -> bool {
        matches!(
            self,
            Self::CounterpartName
                | Self::CounterpartCategory
                | Self::CounterpartUscc
                | Self::CounterpartOrganisationCode
                | Self::CounterpartRegistrationNumber
                | Self::CounterpartTaxNumber
                | Self::CounterpartInstitutionNumber
                | Self::CounterpartAssociationNumber
        )
    }
}

/// One field of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The code as on the wire, for example `CF_WSH`.
    pub code: String,
    /// The label.
    pub name: Text,
    /// The form of its values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The most characters a value may have.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// The scopes for which it must be filled; conditions are checks.
    #[serde(default)]
    pub required: Vec<Scope>,
    /// To whom its value may be shown. Without it the catalogue does not load.
    pub visibility: Visibility,
    /// What is done with personal data in it.
    #[serde(default)]
    pub personal: Personal,
    /// What it is, for generic readers.
    #[serde(default)]
    pub role: Option<Role>,
    /// Header spellings besides code and Chinese label.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// The value of an empty cell.
    #[serde(default)]
    pub default: Option<String>,
    /// Dates that mean "no expiry".
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub no_expiry: Vec<Day>,
    /// Values that mean "none" and are never a key, such as 17 zeros and X.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// What the field stands on where it is not the catalogue's own ground.
    #[serde(default)]
    pub ground: Option<Ground>,
}

impl Field {
    /// True if it must be filled for the scope.
    #[must_use]
    pub fn is_required(&self, scope: Scope) -> bool {
        self.required.contains(&scope)
    }

    /// The code list of its values.
    #[must_use]
    pub fn code_list(&self) -> Option<&str> {
        match &self.kind {
            FieldType::Code(list) | FieldType::Codes(list) => Some(list),
            FieldType::Region => Some("regions"),
            _ => None,
        }
    }
}

/// A rule across fields of one row. Empty fields pass, but for the required ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The rule id that findings carry, `catalogue.what`.
    pub id: String,
    /// What a failing row gets.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// What is demanded.
    pub rule: CheckRule,
    /// What is wrong.
    pub text: Text,
    /// What to do.
    #[serde(rename = "do")]
    pub todo: Text,
    /// What the check stands on where it is not the catalogue's own ground.
    #[serde(default)]
    pub ground: Option<Ground>,
}

/// What a check demands. Each names fields of its catalogue by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CheckRule {
    /// `field` is filled when `when` has one of the values.
    RequiredWhen {
        /// The field that must be filled.
        field: String,
        /// The field that decides.
        when: String,
        /// Its canonical values: codes of a list, or texts.
        has: Vec<String>,
    },
    /// The day or amount in `field` is not less than the one in `than`.
    NotBefore {
        /// The later field.
        field: String,
        /// The earlier field.
        than: String,
    },
    /// The day in `field` is not after today.
    NotAfterToday {
        /// The field.
        field: String,
    },
    /// The day in `field` is not before a fixed day.
    NotBeforeDay {
        /// The field.
        field: String,
        /// The day.
        #[schemars(with = "String")]
        day: Day,
    },
    /// At least one of the fields is filled.
    AnyOf {
        /// The fields.
        fields: Vec<String>,
    },
    /// The amount in `field` is more than zero.
    Positive {
        /// The field.
        field: String,
    },
    /// The value in `field` is one of those given.
    OneOf {
        /// The field.
        field: String,
        /// The canonical values.
        values: Vec<String>,
    },
}

impl CheckRule {
    /// The codes of all fields that it names.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::RequiredWhen { field, when, .. } => vec![field, when],
            Self::NotBefore { field, than } => vec![field, than],
            Self::NotAfterToday { field }
            | Self::NotBeforeDay { field, .. }
            | Self::Positive { field }
            | Self::OneOf { field, .. } => vec![field],
            Self::AnyOf { fields } => fields.iter().map(String::as_str).collect(),
        }
    }
}
