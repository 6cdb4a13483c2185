//! Papers of cases to their text.

use std::fmt::Write as _;

use gongxin_intake::{Limits, PaperFormat, PaperText, PaperTrouble, read_paper};

use crate::support::packed;

fn read(bytes: &[u8]) -> Result<PaperText, PaperTrouble> {
    read_paper(bytes, None, &Limits::default())
}

fn word(body: &str) -> Vec<u8> {
    let document =
        format!("<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>{body}</w:body></w:document>");
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/media/scan.png", b"\x89PNG"),
    ])
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A PDF of pages; an empty one has no text. The glyphs' numbers say nothing of their characters but by
/// the font's table, as programs write Chinese.
fn pdf(pages: &[&str], more: &str) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", 5 + 2 * page)).collect();
    let units: Vec<u16> = pages.iter().flat_map(|page| page.encode_utf16()).collect();
    let mut table = String::new();
    for unit in &units {
        writeln!(table, "<{:04x}> <{unit:04x}>", unit.wrapping_add(7)).unwrap();
    }
    let map = format!(
        "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<0000> <ffff>\n\
         endcodespacerange\n{} beginbfchar\n{table}endbfchar\nendcmap\nend\n",
        units.len()
    );
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 4 0 R \
         /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo \
         << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor \
         << /Type /FontDescriptor /FontName /A /Flags 4 >> >>] >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{map}endstream", map.len()),
    ];
    for (nth, page) in pages.iter().enumerate() {
        let glyphs: String =
            page.encode_utf16().map(|unit| format!("{:04x}", unit.wrapping_add(7))).collect();
        let drawn = format!("BT /F 12 Tf 72 700 Td <{glyphs}> Tj ET\n");
        let drawn = if page.is_empty() { String::new() } else { drawn };
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F 3 0 R >> >> >>",
            6 + 2 * nth
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}endstream", drawn.len()));
    }
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = String::new();
    for (nth, object) in objects.iter().enumerate() {
        writeln!(places, "{:010} 00000 n ", file.len()).unwrap();
        write!(file, "{} 0 obj\n{object}\nendobj\n", nth + 1).unwrap();
    }
    let size = objects.len() + 1;
    let start = file.len();
    write!(
        file,
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R {more} >>\n\
         startxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    file.into_bytes()
}

#[test]
fn a_letter_of_word_is_read_as_it_is_seen() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let body = [
        paragraph("信用承诺书"),
        paragraph(""),
        paragraph(""),
        paragraph("一、已缴纳罚款 &lt;2,000 元&gt;；"),
        "<w:p><w:r><w:t>二、</w:t><w:tab/><w:delText>删去</w:delText><w:t>已整改。</w:t><w:br/><w:t>附图一张</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:del><w:r><w:t>改掉的</w:t></w:r></w:del><w:ins><w:r><w:t>改成的</w:t></w:r></w:ins></w:p>".to_owned(),
        format!("<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>", paragraph("框内")),
        format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("项目"), cell("金额")),
    ];
    let read = read(&word(&body.concat())).unwrap();
    assert_eq!(read.format, PaperFormat::Word);
    assert_eq!((read.pages, &read.blank[..]), (0, &[][..]));
    assert_eq!(
        read.text,
        "信用承诺书\n\n一、已缴纳罚款 <2,000 元>；\n二、\t已整改。\n附图一张\n改成的\n框内\n项目\t金额"
    );
}

#[test]
fn a_letter_of_the_open_document_format_is_read() {
    let content = "<office:document-content><office:automatic-styles><style:style/></office:automatic-styles><office:body><office:text><text:tracked-changes><text:p>改掉的</text:p></text:tracked-changes><text:h>说明</text:h><text:p>第一<text:span>行</text:span><text:line-break/>第二行<text:s/>完<office:annotation><text:p>批注</text:p></office:annotation></text:p></office:text></office:body></office:document-content>";
    let file = packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ]);
    let read = read(&file).unwrap();
    assert_eq!(read.format, PaperFormat::OpenDocument);
    assert_eq!(read.text, "说明\n第一行\n第二行 完");
}

#[test]
fn a_text_is_read_in_its_encoding_without_what_nobody_sees() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("情况说明\r\n\r\n\r\n已履行。  \r\n");
    assert_eq!(read(&bytes).unwrap().text, "情况说明\n\n已履行。");
    let hidden = "号码 138\u{200B}0000\u{202E}0000\u{7}";
    assert_eq!(read(hidden.as_bytes()).unwrap().text, "号码 13800000000");
}

#[test]
fn a_pdf_is_read_page_by_page_and_its_pictures_are_named() {
    let read = read(&pdf(&["行政处罚决定书", "", "罚款贰仟元"], "")).unwrap();
    assert_eq!(read.format, PaperFormat::Pdf);
    assert_eq!(read.text, "行政处罚决定书\n\n罚款贰仟元");
    assert_eq!((read.pages, &read.blank[..]), (3, &[2][..]));
}

#[test]
fn what_cannot_be_taken_says_why() {
    let small = Limits { paper_bytes: 4, ..Limits::default() };
    assert_eq!(read_paper(b"abcde", None, &small), Err(PaperTrouble::TooLarge(4)));
    let short = Limits { paper_characters: 4, paper_pages: 1, ..Limits::default() };
    assert_eq!(read_paper(b"abcde", None, &short), Err(PaperTrouble::Long(4)));
    let pages = pdf(&["一", "二"], "");
    assert_eq!(read_paper(&pages, None, &short), Err(PaperTrouble::Pages(1)));
    let protected = "/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (x) /P -4 >> /ID [(a) (a)]";
    let unzipped = packed(&[("rows.csv", b"a,b")]);
    let unread =
        packed(&[("word/document.xml", b"<w:document><w:p>"), ("[Content_Types].xml", b"")]);
    for (bytes, why) in [
        (&b""[..], PaperTrouble::Empty),
        (b"  \n ", PaperTrouble::NoText),
        (b"\x89PNG\r\n\x1a\n....", PaperTrouble::Foreign),
        (b"\xFF\xD8\xFF\xE0....", PaperTrouble::Foreign),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", PaperTrouble::Foreign),
        (b"text\0with a zero", PaperTrouble::Foreign),
        (&unzipped, PaperTrouble::Foreign),
        (&unread, PaperTrouble::Corrupt),
        (&pdf(&["", ""], ""), PaperTrouble::NoText),
        (&pdf(&["一"], protected), PaperTrouble::Protected),
        (b"%PDF-1.7\nnothing", PaperTrouble::Corrupt),
        (&word(&paragraph("")), PaperTrouble::NoText),
    ] {
        assert_eq!(read(bytes), Err(why), "{:?}", &bytes[..bytes.len().min(20)]);
    }
}

#[test]
fn a_paper_that_is_cut_off_or_altered_is_answered() {
    for file in [pdf(&["处罚决定书", "二"], ""), word(&paragraph("承诺"))] {
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
        for place in 0..file.len() {
            let mut altered = file.clone();
            altered[place] ^= 0x15;
            let _ = read(&altered);
        }
    }
}

#[test]
fn a_part_that_unpacks_to_more_than_is_kept_is_not_unpacked_whole() {
    let body = paragraph(&"很长".repeat(400_000));
    let limits = Limits { cell_bytes: 64 << 20, ..Limits::default() };
    let most = limits.paper_characters;
    assert_eq!(read_paper(&word(&body), None, &limits), Err(PaperTrouble::Long(most)));
}
