//! Fragments of context URLs (ABNF section 3). They are read to check them; a service writes its own.

use super::super::expression::Annotation;
use super::super::names::{Kinds, NameKind};
use super::cursor::Parser;
use super::identifier::{
    ACTION, COMPLEX_TYPE, ENTITY_TYPE, FUNCTION, NAVIGATION_PROPERTY, PRIMITIVE_PROPERTY,
    STRUCTURED_TYPE,
};

const COMPLEX_PROPERTY: Kinds = Kinds::of(&[NameKind::ComplexProperty]);
const COMPLEX: Kinds = Kinds::of(&[NameKind::ComplexProperty, NameKind::ComplexColProperty]);
const PRIMITIVE: Kinds = Kinds::of(&[NameKind::PrimitiveColProperty]);
/// Fragments without parts.
const FIXED: [&str; 4] = [
    "Collection($ref)",
    "$ref",
    "Collection(Edm.EntityType)",
    "Collection(Edm.ComplexType)",
];

/// An annotation as the model lists it: sign, term, qualifier.
pub(super) fn annotation_phrase(annotation: &Annotation) -> String {
    match &annotation.qualifier {
        Some(qualifier) => format!("@{}#{qualifier}", annotation.term),
        None => format!("@{}", annotation.term),
    }
}

impl Parser<'_> {
    pub(super) fn context(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.byte(b'#')?;
            parser.context_fragment()
        })
    }

    /// `contextFragment`, which is the end of the URL.
    pub(super) fn context_fragment(&mut self) -> Option<()> {
        let alternatives: [fn(&mut Self) -> Option<()>; 6] = [
            |parser| FIXED.iter().find_map(|fixed| parser.exact(fixed)),
            Self::singleton_fragment,
            |parser| {
                parser.qualified_type_name()?;
                parser.optional_select_list()
            },
            |parser| {
                parser.entity_set()?;
                let kinds = ["/$deletedEntity", "/$link", "/$deletedLink"];
                kinds.iter().find_map(|kind| parser.exact(kind))
            },
            |parser| {
                parser.entity_set()?;
                parser.fragment_key()?;
                parser.byte(b'/')?;
                parser.context_property_path()?;
                parser.optional_select_list()
            },
            |parser| {
                parser.entity_set()?;
                parser.optional_select_list()?;
                let _ = parser.exact("/$entity").or_else(|| parser.exact("/$delta"));
                Some(())
            },
        ];
        alternatives.into_iter().find_map(|read| {
            self.attempt(|parser| {
                read(parser)?;
                parser.at_end().then_some(())
            })
        })
    }

    fn singleton_fragment(&mut self) -> Option<()> {
        self.kind(NameKind::SingletonEntity)?;
        let contained = self.attempt(|parser| {
            parser.navigation()?;
            while parser.containment_navigation().is_some() {}
            Some(())
        });
        if contained.is_some() {
            self.cast(ENTITY_TYPE);
        }
        self.optional_select_list()
    }

    /// `[ "/" qualifiedTypeName ]`
    fn cast(&mut self, types: Kinds) {
        let _ = self.attempt(|parser| {
            parser.byte(b'/')?;
            parser.qualified(types)
        });
    }

    pub(super) fn entity_set(&mut self) -> Option<()> {
        self.kind(NameKind::EntitySetName)?;
        while self.containment_navigation().is_some() {}
        self.cast(ENTITY_TYPE);
        Some(())
    }

    fn fragment_key(&mut self) -> Option<()> {
        if self.bracketed_key().is_some() {
            return Some(());
        }
        let listed = !self.names.is_open(NameKind::KeyPathLiteral);
        self.key_path_segments().filter(|_| listed).map(drop)
    }

    pub(super) fn containment_navigation(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.fragment_key()?;
            parser.cast(ENTITY_TYPE);
            parser.navigation()
        })
    }

    /// Complex properties, with type casts, and a navigation property: up to the last of these.
    pub(super) fn navigation(&mut self) -> Option<()> {
        let start = self.here();
        let mut end = None;
        while let Some(kinds) = self.attempt(|parser| {
            parser.byte(b'/')?;
            let name = parser.identifier()?;
            Some(parser.names.kinds_of(&name))
        }) {
            if kinds.meets(NAVIGATION_PROPERTY) {
                end = Some(self.here());
            }
            if !kinds.meets(COMPLEX_PROPERTY) {
                break;
            }
            self.cast(COMPLEX_TYPE);
        }
        self.go_back(end.unwrap_or(start));
        end.map(drop)
    }

    pub(super) fn context_property_path(&mut self) -> Option<()> {
        loop {
            let name = self.identifier()?;
            let kinds = self.names.kinds_of(&name);
            if kinds.meets(COMPLEX_PROPERTY) {
                self.cast(COMPLEX_TYPE);
                if self.byte(b'/').is_some() {
                    continue;
                }
            }
            let last =
                kinds.meets(PRIMITIVE_PROPERTY) || kinds.meets(PRIMITIVE) || kinds.meets(COMPLEX);
            return last.then_some(());
        }
    }

    fn optional_select_list(&mut self) -> Option<()> {
        let _ = self.select_list();
        Some(())
    }

    pub(super) fn select_list(&mut self) -> Option<()> {
        self.nested(|parser| {
            parser.open()?;
            let _ = parser.list(Self::select_list_item, Self::comma);
            parser.close()
        })
    }

    pub(super) fn select_list_item(&mut self) -> Option<()> {
        if self.star().is_some() || self.all_operations_in_schema().is_some() {
            return Some(());
        }
        let typed = self.attempt(|parser| {
            parser.qualified(STRUCTURED_TYPE)?;
            parser.byte(b'/')?;
            parser.select_list_member()
        });
        typed.or_else(|| self.select_list_member())
    }

    fn select_list_member(&mut self) -> Option<()> {
        if self.qualified_action_name().is_some() || self.qualified_function_name().is_some() {
            return Some(());
        }
        self.select_list_property()
    }

    pub(super) fn qualified_action_name(&mut self) -> Option<()> {
        self.qualified(ACTION).map(drop)
    }

    pub(super) fn qualified_function_name(&mut self) -> Option<()> {
        self.qualified(FUNCTION)?;
        let _ = self.overload();
        Some(())
    }

    pub(super) fn select_list_property(&mut self) -> Option<()> {
        self.attempt(|parser| {
            loop {
                let (simple, navigation, complex) = parser.select_list_name()?;
                if complex {
                    parser.cast(COMPLEX_TYPE);
                    if parser.byte(b'/').is_some() {
                        continue;
                    }
                }
                if navigation {
                    let _ = parser.byte(b'+');
                    let _ = parser.select_list();
                }
                return (simple || navigation || complex).then_some(());
            }
        })
    }

    /// A name and whether it is a primitive, navigation or complex property.
    fn select_list_name(&mut self) -> Option<(bool, bool, bool)> {
        if self.peek()? == b'@' {
            let annotation = self.annotation(b"#")?;
            let kinds = self.names.kinds_of(&annotation_phrase(&annotation));
            return Some((
                false,
                kinds.has(NameKind::EntityAnnotationInFragment),
                kinds.has(NameKind::ComplexAnnotationInFragment),
            ));
        }
        let name = self.identifier()?;
        let kinds = self.names.kinds_of(&name);
        let simple = kinds.meets(PRIMITIVE_PROPERTY) || kinds.meets(PRIMITIVE);
        Some((
            simple,
            kinds.meets(NAVIGATION_PROPERTY),
            kinds.meets(COMPLEX),
        ))
    }
}
