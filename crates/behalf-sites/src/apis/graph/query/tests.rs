use super::*;

fn uri(query: &str) -> Uri {
    format!("/v1.0/x?{query}").parse().unwrap()
}

fn items(query: &str) -> Result<Options, Fault> {
    Options::of_items(&uri(query))
}

#[test]
fn options_are_read_with_and_without_dollar() {
    assert_eq!(
        items("").unwrap(),
        Options {
            expand: Expand::None,
            top: 200,
            after: 0
        }
    );
    for query in [
        "$expand=fields&$top=5&$skiptoken=9",
        "expand=fields&top=5&skiptoken=9",
        "%24expand=fields&$TOP=5&$skiptoken=9",
    ] {
        assert_eq!(
            items(query).unwrap(),
            Options {
                expand: Expand::All,
                top: 5,
                after: 9
            },
            "{query}"
        );
    }
    assert_eq!(items("$top=99999999").unwrap().top, MAX_TOP);
    assert_eq!(items("tracking=1").unwrap().expand, Expand::None);
}

#[test]
fn fields_can_be_chosen() {
    let chosen = Expand::Only(vec!["Color".to_owned(), "In Stock".to_owned()]);
    assert_eq!(
        items("expand=fields(select=Color,In%20Stock)")
            .unwrap()
            .expand,
        chosen
    );
    assert_eq!(
        items("$expand=fields($select=Color,%20In%20Stock)")
            .unwrap()
            .expand,
        chosen
    );
    assert!(chosen.shows("Color") && !chosen.shows("Price"));
}

#[test]
fn one_item_shows_its_fields_by_default() {
    assert_eq!(Options::of_item(&uri("")).unwrap().expand, Expand::All);
    assert!(
        Options::of_item(&uri("$top=1"))
            .unwrap_err()
            .is(&QUERY_OPTION_NOT_OFFERED)
    );
}

#[test]
fn unreadable_and_repeated_options_are_refused() {
    for query in [
        "$top=x",
        "$top=-1",
        "$top=",
        "$skiptoken=x",
        "$skiptoken=-1",
        "$top=1&$top=2",
        "$top=1&top=2",
        "$expand=fields(",
        "$expand=fields()",
        "$expand=fields($select=)",
    ] {
        assert!(
            items(query).unwrap_err().is(&QUERY_OPTION_INVALID),
            "{query}"
        );
    }
}

#[test]
fn options_not_offered_are_refused_rather_than_ignored() {
    for query in [
        "$filter=Price gt 1",
        "filter=x",
        "$orderby=Price",
        "$select=id",
        "$search=x",
        "$skip=5",
        "$new=1",
        "$expand=columns",
        "$expand=fields($filter=x)",
    ] {
        let fault = items(&query.replace(' ', "%20")).unwrap_err();
        assert!(fault.is(&QUERY_OPTION_NOT_OFFERED), "{query}: {fault}");
    }
    assert!(
        Options::none(&uri("$top=1"))
            .unwrap_err()
            .is(&QUERY_OPTION_NOT_OFFERED)
    );
    assert!(
        Options::none(&uri("$skiptoken=1"))
            .unwrap_err()
            .is(&QUERY_OPTION_NOT_OFFERED)
    );
}
