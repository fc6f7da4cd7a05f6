//! Where a path can stand: the set of things its last segment may have named, and so what may follow.

use super::super::names::{Kinds, NameKind};
use NameKind as N;

/// A set of places. A name that the model knows as several things keeps all of them until what follows decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(u32);

impl Places {
    pub(super) const NONE: Self = Self(0);
    /// A collection of entities.
    pub(super) const ENTITIES: Self = Self(1);
    /// The same after a type cast.
    pub(super) const CAST_ENTITIES: Self = Self(1 << 1);
    pub(super) const ENTITY: Self = Self(1 << 2);
    pub(super) const CAST_ENTITY: Self = Self(1 << 3);
    /// A collection of complex values.
    pub(super) const COMPLEXES: Self = Self(1 << 4);
    pub(super) const COMPLEX: Self = Self(1 << 5);
    pub(super) const CAST_COMPLEX: Self = Self(1 << 6);
    /// A collection of primitive values, or of complex values after a type cast.
    pub(super) const COLLECTION: Self = Self(1 << 7);
    pub(super) const PRIMITIVE: Self = Self(1 << 8);
    pub(super) const STREAM: Self = Self(1 << 9);
    /// After a key written as segments: further segments may be parts of the same key.
    pub(super) const KEY_SEGMENTS: Self = Self(1 << 10);
    /// Each of a collection: an operation may follow.
    pub(super) const EACH: Self = Self(1 << 11);
    /// A function without parentheses: `$query` may follow.
    pub(super) const QUERIED: Self = Self(1 << 12);
    /// Before a property, and nothing else.
    pub(super) const BEFORE_PROPERTY: Self = Self(1 << 13);
    /// Nothing may follow.
    pub(super) const END: Self = Self(1 << 14);

    pub(super) const ANY_COLLECTION: Self =
        Self(Self::ENTITIES.0 | Self::CAST_ENTITIES.0 | Self::COMPLEXES.0 | Self::COLLECTION.0);
    /// Whatever an annotation may be.
    pub(super) const ANNOTATED: Self =
        Self(Self::COLLECTION.0 | Self::ENTITY.0 | Self::COMPLEX.0 | Self::PRIMITIVE.0);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn exist(self) -> bool {
        self != Self::NONE
    }

    /// Whether a path can end here: somewhere else than after a mere type cast that wants a member.
    pub(super) fn beyond(self, unfinished: Self) -> bool {
        self.0 & !unfinished.0 != 0
    }

    /// These places if the condition holds.
    pub(super) fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::NONE }
    }

    fn by(table: &[(NameKind, Self)], kinds: Kinds) -> Self {
        let fitting = table.iter().filter(|(kind, _)| kinds.has(*kind));
        fitting.fold(Self::NONE, |places, (_, place)| places.or(*place))
    }

    /// Where a property of these kinds leads.
    pub(super) fn after_property(kinds: Kinds) -> Self {
        Self::by(
            &[
                (N::EntityColNavigationProperty, Self::ENTITIES),
                (N::EntityNavigationProperty, Self::ENTITY),
                (N::ComplexColProperty, Self::COMPLEXES),
                (N::ComplexProperty, Self::COMPLEX),
                (N::PrimitiveColProperty, Self::COLLECTION),
                (N::PrimitiveKeyProperty, Self::PRIMITIVE),
                (N::PrimitiveNonKeyProperty, Self::PRIMITIVE),
                (N::CustomAggregate, Self::PRIMITIVE),
                (N::StreamProperty, Self::STREAM),
            ],
            kinds,
        )
    }

    /// What a function of these kinds returns.
    pub(super) fn after_function(kinds: Kinds) -> Self {
        Self::by(
            &[
                (N::EntityColFunction, Self::ENTITIES),
                (N::EntityFunction, Self::ENTITY),
                (N::ComplexColFunction, Self::COMPLEXES),
                (N::ComplexFunction, Self::COMPLEX),
                (N::PrimitiveColFunction, Self::COLLECTION),
                (N::PrimitiveFunction, Self::PRIMITIVE),
            ],
            kinds,
        )
    }

    /// What a function import of these kinds returns.
    pub(super) fn after_function_import(kinds: Kinds) -> Self {
        Self::by(
            &[
                (N::EntityColFunctionImport, Self::ENTITIES),
                (N::EntityFunctionImport, Self::ENTITY),
                (N::ComplexColFunctionImport, Self::COMPLEXES),
                (N::ComplexFunctionImport, Self::COMPLEX),
                (N::PrimitiveColFunctionImport, Self::COLLECTION),
                (N::PrimitiveFunctionImport, Self::PRIMITIVE),
            ],
            kinds,
        )
    }

    /// What an entity set or singleton is.
    pub(super) fn after_set(kinds: Kinds) -> Self {
        Self::by(
            &[
                (N::EntitySetName, Self::ENTITIES),
                (N::SingletonEntity, Self::ENTITY),
            ],
            kinds,
        )
    }
}
