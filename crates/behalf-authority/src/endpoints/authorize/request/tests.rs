use super::*;

#[test]
fn prompts_are_a_set_of_known_words() {
    let both = Prompt::parse("login  consent").unwrap();
    assert!(both.login && both.consent && !both.none && !both.select_account);
    assert_eq!(Prompt::parse("").unwrap(), Prompt::default());
    for bad in [
        "none login",
        "none consent",
        "select_account none",
        "Login",
        "create",
    ] {
        assert!(
            Prompt::parse(bad).unwrap_err().is(&AUTHORIZE_MALFORMED),
            "{bad}"
        );
    }
}

#[test]
fn max_age_is_a_number_of_seconds() {
    let of = |text: &str| max_age(&Params(vec![("max_age".to_owned(), text.to_owned())]));
    assert_eq!(of("0").unwrap(), Some(0));
    assert_eq!(of("86400").unwrap(), Some(86_400));
    assert_eq!(max_age(&Params::default()).unwrap(), None);
    for bad in ["-1", "1.5", "x", "99999999999"] {
        assert!(of(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_parameter_name_is_shown_without_anything_that_could_be_markup() {
    assert_eq!(
        twice("a<b>\"c\nd").detail,
        "The parameter 'abcd' occurs twice."
    );
}
