//! What the trees look like, what is refused and where, and what hostile input costs.

mod hostile;
mod rules;
mod trees;

use super::super::names::{NameKind as N, Names};

/// The model of a warehouse: everything closed but what a model does not name.
fn warehouse() -> Names {
    let mut names = Names::closed();
    for kind in [
        N::AnnotationQualifier,
        N::ComplexAnnotationInQuery,
        N::ComplexAnnotationInFragment,
        N::ComputedProperty,
        N::ExpressionAlias,
        N::KeyPropertyAlias,
        N::LambdaVariable,
        N::PrimitiveColAnnotationInQuery,
        N::RecHierQualifier,
        N::RollupNamedHier,
        N::TermName,
    ] {
        names.open_kind(kind);
    }
    let known: &[(N, &[&str])] = &[
        (N::NamespacePart, &["Ware", "house"]),
        (N::EntitySetName, &["Parcels", "Depots"]),
        (N::SingletonEntity, &["Headquarters"]),
        (N::EntityTypeName, &["Parcel", "ColdParcel", "Depot"]),
        (N::ComplexTypeName, &["Place", "ColdPlace"]),
        (N::EnumerationTypeName, &["Hazard"]),
        (N::EnumerationMember, &["Fire", "Frost"]),
        (N::TypeDefinitionName, &["Weight"]),
        (N::PrimitiveKeyProperty, &["Nr", "Bay"]),
        (
            N::PrimitiveNonKeyProperty,
            &["Label", "Grams", "Sent", "Danger", "Town", "Route"],
        ),
        (N::PrimitiveColProperty, &["Marks"]),
        (N::ComplexProperty, &["Origin"]),
        (N::ComplexColProperty, &["Stops"]),
        (N::EntityNavigationProperty, &["Keeper"]),
        (N::EntityColNavigationProperty, &["Contents"]),
        (N::StreamProperty, &["Photo"]),
        (N::Action, &["Dispatch"]),
        (N::ActionImport, &["CloseAll"]),
        (N::EntityFunction, &["Heaviest"]),
        (N::EntityColFunction, &["Overdue"]),
        (N::ComplexFunction, &["Whereabouts"]),
        (N::PrimitiveFunction, &["Fee"]),
        (N::PrimitiveColFunction, &["Tags"]),
        (N::EntityFunctionImport, &["Newest"]),
        (N::EntityColFunctionImport, &["ByTown"]),
        (N::PrimitiveFunctionImport, &["Total"]),
        (N::ParameterName, &["town", "rate"]),
        (N::CustomName, &["trace"]),
        (N::CustomAggregate, &["Forecast"]),
        (N::EntityAnnotationInQuery, &["@Ware.Owner"]),
        (N::EntityAnnotationInFragment, &["@Ware.Owner"]),
        (N::PrimitiveAnnotationInQuery, &["@Ware.Unit"]),
        (N::KeyPathLiteral, &["17", "a%2Fb"]),
    ];
    for (kind, allowed) in known {
        names.allow(*kind, allowed.iter().copied());
    }
    names
}
