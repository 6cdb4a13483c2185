//! What upload layouts and figures must hold.

use crate::check::Checker;
use crate::problem::Stage;
use crate::rulebook::{
    FigureId, Personal, ReturnLayout, UploadColumn, UploadFile, UploadLayout, item,
};

impl Checker<'_> {
    pub(crate) fn upload(&mut self, layout: &UploadLayout) {
        self.ground(&layout.ground, &layout.id);
        for file in &layout.files {
            self.ground(&file.ground, &file.catalogue);
            self.catalogue_exists(&file.catalogue, &file.catalogue);
            for column in &file.columns {
                self.upload_column(file, column);
            }
        }
        self.returns(&layout.returns);
    }

    fn upload_column(&mut self, file: &UploadFile, column: &UploadColumn) {
        let Some(catalogue) = self.book.catalogue(&file.catalogue) else {
            return;
        };
        let fallback = column.shaped().and_then(|shaped| shaped.fallback.as_deref());
        for code in [Some(column.code()), fallback].into_iter().flatten() {
            if catalogue.field(code).is_none() {
                let what = format!("catalogue `{}` has no field `{code}`", catalogue.id);
                let why = "a column of an upload file is a field of its catalogue";
                self.fault(Stage::References, code, what, why, "correct the code");
            }
        }
        let written = column.shaped().is_some_and(|shaped| shaped.written.is_some());
        let listed = catalogue.field(column.code()).and_then(|field| field.code_list()).is_some();
        if written && !listed {
            let what = format!("`{}` has no code list to write by", column.code());
            let why = "`written` names a column of the field's code list";
            self.fault(Stage::Meaning, column.code(), what, why, "remove `written`");
        }
    }

    fn returns(&mut self, returns: &ReturnLayout) {
        self.ground(&returns.ground, "returns");
        let field = |code: &str| returns.fields.iter().find(|field| field.code == code);
        for code in [&returns.row, &returns.result, &returns.reason] {
            if field(code).is_none() {
                let what = format!("the return has no field `{code}`");
                let why = "row, result and reason are fields of the return";
                self.fault(Stage::References, code, what, why, "add it to `returns.fields`");
            }
        }
        if field(&returns.reason).is_some_and(|field| field.personal == Personal::Keep) {
            let what = format!("`{}` would keep what is said about persons", returns.reason);
            let why = "reasons are words of strangers";
            self.fault(Stage::Meaning, &returns.reason, what, why, "say `personal = \"mask\"`");
        }
        let list = field(&returns.result).and_then(|field| field.code_list());
        let list = list.and_then(|id| self.book.code_list(id));
        let knows =
            |outcome| list.is_some_and(|list| list.with_extra("outcome", outcome).is_some());
        if !knows("accepted") || !knows("refused") {
            let what = format!("the results of `{}` say no outcome", returns.result);
            let why = "an entry's `extra.outcome` is `accepted` or `refused`";
            self.fault(Stage::References, &returns.result, what, why, "name a list that says it");
        }
    }

    /// On no day has a figure two definitions.
    pub(crate) fn figures(&mut self) {
        let book = self.book;
        for id in FigureId::ALL {
            self.item = item::figure(id);
            let values: Vec<_> = book.figures.iter().filter(|figure| figure.id == id).collect();
            for (place, figure) in values.iter().enumerate() {
                self.ground(&figure.ground, id.name());
                let rest = values.iter().skip(place + 1);
                if rest.clone().any(|other| figure.ground.overlaps(&other.ground)) {
                    let what = format!("two definitions of `{}` hold on one day", id.name());
                    let why = "a figure is one count over another";
                    let todo = "let one end where the next begins";
                    self.fault(Stage::Dates, id.name(), what, why, todo);
                }
            }
        }
    }
}
