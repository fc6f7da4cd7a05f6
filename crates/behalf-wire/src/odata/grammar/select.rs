//! `$select` (ABNF section 2).

use super::super::names::{Kinds, NameKind};
use super::super::query::{QueryOption, SelectItem, SelectStep};
use super::context::annotation_phrase;
use super::cursor::Parser;
use super::identifier::{
    ACTION, COMPLEX_TYPE, FUNCTION, NAVIGATION_PROPERTY, PRIMITIVE_PROPERTY, STRUCTURED_TYPE,
};
use super::options::{SELECT_COLLECTION_OPTIONS, SELECT_OPTIONS};

const COMPLEX: Kinds = Kinds::of(&[NameKind::ComplexProperty, NameKind::ComplexColProperty]);
const PRIMITIVE_COLLECTION: Kinds = Kinds::of(&[NameKind::PrimitiveColProperty]);
const ANNOTATION: Kinds = Kinds::of(&[
    NameKind::ComplexAnnotationInQuery,
    NameKind::PrimitiveAnnotationInQuery,
    NameKind::PrimitiveColAnnotationInQuery,
]);

/// What the path of a select item has come to.
#[derive(Clone, Copy, Default)]
struct Selected {
    /// The item may end here.
    complete: bool,
    /// A function, whose overload may be told apart by its parameters.
    function: bool,
    /// A collection of primitive values.
    collection: bool,
    /// A complex property or type cast of it: options or a property of it may follow.
    complex: bool,
    /// A complex type may follow.
    castable: bool,
    /// A type at the beginning: a member must follow.
    typed: bool,
}

impl Parser<'_> {
    pub(super) fn select_item(&mut self) -> Option<SelectItem> {
        if self.star().is_some() {
            return Some(SelectItem::All);
        }
        if let Some(namespace) = self.all_operations_in_schema() {
            return Some(SelectItem::AllOperations(namespace));
        }
        self.attempt(|parser| {
            let (path, selected) = parser.select_path()?;
            let (overload, options) = parser.select_brackets(selected);
            Some(SelectItem::Path {
                path,
                overload,
                options,
            })
        })
    }

    /// The names of an item up to where it can end.
    fn select_path(&mut self) -> Option<(Vec<SelectStep>, Selected)> {
        let mut steps = Vec::new();
        let mut selected = self.select_step(Selected::default(), true, &mut steps)?;
        let mut end = selected
            .complete
            .then(|| (self.here(), steps.len(), selected));
        while let Some(next) = self.attempt(|parser| {
            parser.byte(b'/')?;
            parser.select_step(selected, false, &mut steps)
        }) {
            selected = next;
            if selected.complete {
                end = Some((self.here(), steps.len(), selected));
            }
        }
        let (place, length, selected) = end?;
        self.go_back(place);
        steps.truncate(length);
        Some((steps, selected))
    }

    fn select_step(
        &mut self,
        before: Selected,
        first: bool,
        steps: &mut Vec<SelectStep>,
    ) -> Option<Selected> {
        if !first && !before.complex && !before.typed {
            return None;
        }
        if self.sees(Self::at_sign) {
            let annotation = self.annotation(b"%23")?;
            let kinds = self.names.kinds_of(&annotation_phrase(&annotation));
            steps.push(SelectStep::Annotation(annotation));
            let complex = kinds.has(NameKind::ComplexAnnotationInQuery);
            return kinds.meets(ANNOTATION).then_some(Selected {
                complete: true,
                collection: kinds.has(NameKind::PrimitiveColAnnotationInQuery),
                complex,
                castable: complex,
                ..Selected::default()
            });
        }
        let (name, kinds) = self.dotted()?;
        let plain = name.namespace.is_none();
        let operation = first || before.typed;
        let function = operation && kinds.meets(FUNCTION);
        let collection = plain && kinds.meets(PRIMITIVE_COLLECTION);
        let complex = plain && kinds.meets(COMPLEX);
        let cast = before.castable && kinds.meets(COMPLEX_TYPE);
        let simple = plain && (kinds.meets(PRIMITIVE_PROPERTY) || kinds.meets(NAVIGATION_PROPERTY));
        let action = operation && kinds.meets(ACTION);
        let selected = Selected {
            complete: function || collection || complex || cast || simple || action,
            function,
            collection,
            complex: complex || cast,
            castable: complex,
            typed: first && kinds.meets(STRUCTURED_TYPE),
        };
        steps.push(SelectStep::Name(name));
        (selected.complete || selected.typed).then_some(selected)
    }

    /// Options or names of parameters in brackets after an item.
    fn select_brackets(&mut self, selected: Selected) -> (Option<Vec<String>>, Vec<QueryOption>) {
        let allowed = match (selected.complex, selected.collection) {
            (true, _) => Some(SELECT_OPTIONS),
            (false, true) => Some(SELECT_COLLECTION_OPTIONS),
            (false, false) => None,
        };
        if let Some(options) = allowed.and_then(|allowed| self.bracketed_options(allowed)) {
            return (None, options);
        }
        let overload = if selected.function {
            self.overload()
        } else {
            None
        };
        (overload, Vec::new())
    }

    /// `OPEN parameterNames CLOSE`
    pub(super) fn overload(&mut self) -> Option<Vec<String>> {
        self.attempt(|parser| {
            parser.open()?;
            let names = parser.parameter_names()?;
            parser.close()?;
            Some(names)
        })
    }

    pub(super) fn parameter_names(&mut self) -> Option<Vec<String>> {
        self.list(|parser| parser.kind(NameKind::ParameterName), Self::comma)
    }

    /// `selectProperty`, without type cast and operations at its beginning.
    pub(super) fn select_property(&mut self) -> Option<SelectItem> {
        self.attempt(|parser| {
            let item = parser.select_item()?;
            let SelectItem::Path { overload: None, .. } = &item else {
                return None;
            };
            Some(item)
        })
    }
}
