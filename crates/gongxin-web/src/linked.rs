//! What a subject's page tells machines: JSON-LD by schema.org. Facts of the registration only; never
//! a person, never a record.

use gongxin_app::public::shown::ShownSubject;
use minijinja::Value;
use serde_json::json;

/// The registration of a subject under its permanent address; none where nobody registered it yet,
/// or where its name may be a person's.
pub(crate) fn registration(subject: &ShownSubject, address: &str) -> Option<Value> {
    if subject.personal || subject.provisional {
        return None;
    }
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": address,
        "url": address,
        "name": subject.name,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "统一社会信用代码",
            "value": subject.code,
        },
    });
    let members = data.as_object_mut()?;
    if let Some(form) = &subject.legal_form {
        members.insert("additionalType".to_owned(), json!(form.words.zh));
    }
    if let Some(day) = subject.established_on {
        members.insert("foundingDate".to_owned(), json!(day.to_string()));
    }
    if let Some(region) = &subject.region {
        let address = json!({
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressRegion": region.words.zh,
        });
        members.insert("address".to_owned(), address);
    }
    // Within a page nothing may end the block or look like markup.
    let text =
        data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Some(Value::from_safe_string(text))
}
