//! `$apply`: transformations (Data Aggregation sections 3 and 6).

use super::super::expression::{Annotation, Segment};
use super::super::names::{Kinds, NameKind};
use super::super::query::{Best, GroupBy, Hierarchy, OrderBy, SelectStep, Transformation};
use super::context::annotation_phrase;
use super::cursor::Parser;
use super::identifier::ENTITY_TYPE;

const COLLECTION_FUNCTION: Kinds = Kinds::of(&[
    NameKind::EntityColFunction,
    NameKind::ComplexColFunction,
    NameKind::PrimitiveColFunction,
]);
const JOINED_COMPLEX: Kinds = Kinds::of(&[NameKind::ComplexColProperty]);
const JOINED_ENTITIES: Kinds = Kinds::of(&[NameKind::EntityColNavigationProperty]);
const JOINED_ANNOTATION: Kinds = Kinds::of(&[
    NameKind::ComplexAnnotationInQuery,
    NameKind::EntityAnnotationInQuery,
]);

impl Parser<'_> {
    /// `applyExpr`
    pub(super) fn apply_expr(&mut self) -> Option<Vec<Transformation>> {
        self.list(Self::transformation, |parser| parser.byte(b'/'))
    }

    /// `preservingTrafos`: those that keep the structure of the input.
    pub(super) fn preserving(&mut self) -> Option<Vec<Transformation>> {
        self.list(Self::preserving_transformation, |parser| parser.byte(b'/'))
    }

    /// `applyTrafo`
    pub(super) fn transformation(&mut self) -> Option<Transformation> {
        self.transformation_where(|_| true)
    }

    pub(super) fn preserving_transformation(&mut self) -> Option<Transformation> {
        self.transformation_where(|word| {
            let changing = [
                "aggregate",
                "compute",
                "concat",
                "groupby",
                "join",
                "outerjoin",
                "nest",
                "addnested",
            ];
            !changing.contains(&word)
        })
    }

    /// A transformation by its word, which decides all.
    pub(super) fn transformation_where(
        &mut self,
        allowed: impl Fn(&str) -> bool,
    ) -> Option<Transformation> {
        if let Some(call) = self.custom_function() {
            return Some(Transformation::Custom(call));
        }
        self.nested(|parser| {
            let word = parser
                .run(3, 13, |byte| byte.is_ascii_lowercase())
                .filter(|word| allowed(word))?;
            if word == "identity" {
                return Some(Transformation::Identity);
            }
            parser.open_spaced()?;
            let transformation = parser.transformation_arguments(word)?;
            parser.close_spaced()?;
            Some(transformation)
        })
    }

    /// `customFunction`
    pub(super) fn custom_function(&mut self) -> Option<Segment> {
        self.attempt(|parser| {
            let name = parser.qualified(COLLECTION_FUNCTION)?;
            let arguments = parser.function_expr_parameters()?;
            Some(Segment::Call { name, arguments })
        })
    }

    fn transformation_arguments(&mut self, word: &str) -> Option<Transformation> {
        Some(match word {
            "aggregate" => {
                Transformation::Aggregate(self.list(Self::aggregate_expr, Self::spaced_comma)?)
            }
            "compute" => {
                let named = |parser: &mut Self| parser.named_expression(NameKind::ExpressionAlias);
                Transformation::Compute(self.list(named, Self::spaced_comma)?)
            }
            "concat" => {
                let parts = self.list(Self::apply_expr, Self::spaced_comma)?;
                Transformation::Concat(Some(parts).filter(|parts| parts.len() > 1)?)
            }
            "groupby" => Transformation::GroupBy {
                by: self.groupby_list()?,
                then: self.then_apply(),
            },
            "join" | "outerjoin" => Transformation::Join {
                outer: word == "outerjoin",
                property: self.join_property()?,
                alias: self.as_alias()?,
                then: self.then_apply(),
            },
            "nest" => Transformation::Nest {
                path: Vec::new(),
                nested: self.nested_applies()?,
            },
            "addnested" => {
                let path = self.nest_path()?;
                self.spaced_comma()?;
                let nested = self.nested_applies()?;
                Transformation::Nest { path, nested }
            }
            "filter" => Transformation::Filter(self.common_expr()?),
            "orderby" => Transformation::OrderBy(self.orderby_items()?),
            "search" => Transformation::Search(self.search_value()?),
            "skip" => Transformation::Skip(self.number()?),
            "top" => Transformation::Top(self.number()?),
            "ancestors" => self.kin(true)?,
            "descendants" => self.kin(false)?,
            "traverse" => self.traverse()?,
            _ => self.best(word)?,
        })
    }

    fn best(&mut self, word: &str) -> Option<Transformation> {
        let method = match word {
            "bottomcount" => Best::BottomCount,
            "bottompercent" => Best::BottomPercent,
            "bottomsum" => Best::BottomSum,
            "topcount" => Best::TopCount,
            "toppercent" => Best::TopPercent,
            "topsum" => Best::TopSum,
            _ => return None,
        };
        let limit = self.common_expr()?;
        self.spaced_comma()?;
        let by = self.common_expr()?;
        Some(Transformation::Best { method, limit, by })
    }

    /// `[ BWS COMMA BWS applyExpr ]`
    fn then_apply(&mut self) -> Vec<Transformation> {
        let then = self.attempt(|parser| {
            parser.spaced_comma()?;
            parser.apply_expr()
        });
        then.unwrap_or_default()
    }

    fn nested_applies(&mut self) -> Option<Vec<(Vec<Transformation>, String)>> {
        let one = |parser: &mut Self| Some((parser.apply_expr()?, parser.as_alias()?));
        self.list(one, Self::spaced_comma)
    }

    pub(super) fn join_property(&mut self) -> Option<Vec<SelectStep>> {
        if self.sees(Self::at_sign) {
            let annotation: Annotation = self.annotation(b"%23")?;
            let kinds = self.names.kinds_of(&annotation_phrase(&annotation));
            return kinds
                .meets(JOINED_ANNOTATION)
                .then(|| vec![SelectStep::Annotation(annotation)]);
        }
        let name = self.identifier()?;
        let kinds = self.names.kinds_of(&name);
        let mut path = vec![SelectStep::Name(super::super::literal::Name::plain(name))];
        if kinds.meets(JOINED_ENTITIES) {
            let cast = self.attempt(|parser| {
                parser.byte(b'/')?;
                parser.maybe_qualified(ENTITY_TYPE)
            });
            path.extend(cast.map(SelectStep::Name));
            return Some(path);
        }
        kinds.meets(JOINED_COMPLEX).then_some(path)
    }

    fn orderby_items(&mut self) -> Option<Vec<OrderBy>> {
        self.list(Self::orderby_item, Self::spaced_comma)
    }

    /// `groupbyList`
    pub(super) fn groupby_list(&mut self) -> Option<Vec<GroupBy>> {
        self.attempt(|parser| {
            parser.open_spaced()?;
            let by = parser.list(Self::groupby_element, Self::spaced_comma)?;
            parser.close_spaced()?;
            Some(by)
        })
    }

    pub(super) fn groupby_element(&mut self) -> Option<GroupBy> {
        let rollup = self.rollup_recursive().or_else(|| self.rollup_levels());
        rollup.or_else(|| self.grouping_property().map(GroupBy::Property))
    }

    pub(super) fn rollup_levels(&mut self) -> Option<GroupBy> {
        self.attempt(|parser| {
            parser.exact("rollup")?;
            parser.open_spaced()?;
            let levels = parser.attempt(|parser| {
                parser
                    .grouping_properties()
                    .filter(|levels| levels.len() > 1)
            });
            let rollup = match levels {
                Some(levels) => GroupBy::Rollup(levels),
                None => GroupBy::RollupNamed(parser.kind(NameKind::RollupNamedHier)?),
            };
            parser.close_spaced()?;
            Some(rollup)
        })
    }

    pub(super) fn rollup_recursive(&mut self) -> Option<GroupBy> {
        self.attempt(|parser| {
            parser.exact("rolluprecursive")?;
            parser.open_spaced()?;
            let hierarchy = parser.hierarchy()?;
            let of = parser.attempt(|parser| {
                parser.spaced_comma()?;
                parser.preserving()
            });
            parser.close_spaced()?;
            Some(GroupBy::RollupRecursive {
                hierarchy,
                of: of.unwrap_or_default(),
            })
        })
    }

    /// `recHierReference`
    pub(super) fn hierarchy(&mut self) -> Option<Hierarchy> {
        let nodes = self.root_expr()?;
        self.spaced_comma()?;
        let qualifier = self.kind(NameKind::RecHierQualifier)?;
        self.spaced_comma()?;
        let node = self.node_path()?;
        Some(Hierarchy {
            nodes,
            qualifier,
            node,
        })
    }

    /// The arguments of `ancestors` and `descendants`.
    fn kin(&mut self, ancestors: bool) -> Option<Transformation> {
        let hierarchy = self.hierarchy()?;
        self.spaced_comma()?;
        let of = self.preserving()?;
        let distance = self.attempt(|parser| {
            parser.spaced_comma()?;
            parser.number()
        });
        let keep_start = self.attempt(|parser| {
            parser.spaced_comma()?;
            parser.exact("keep")?;
            parser.rws()?;
            parser.exact("start")
        });
        Some(Transformation::Kin {
            ancestors,
            hierarchy,
            of,
            distance,
            keep_start: keep_start.is_some(),
        })
    }

    fn traverse(&mut self) -> Option<Transformation> {
        let hierarchy = self.hierarchy()?;
        self.spaced_comma()?;
        let preorder = self.exact("preorder").is_some();
        if !preorder {
            self.exact("postorder")?;
        }
        let of = self.attempt(|parser| {
            parser.spaced_comma()?;
            parser.preserving()
        });
        let order = self.attempt(|parser| {
            parser.spaced_comma()?;
            parser.orderby_items()
        });
        Some(Transformation::Traverse {
            hierarchy,
            preorder,
            of: of.unwrap_or_default(),
            order: order.unwrap_or_default(),
        })
    }
}
