//! `commonExpr`: operands and the operators between them (ABNF section 4).

use super::super::expression::{Expression, Operator, Unary};
use super::super::literal::Literal;
use super::cursor::Parser;
use super::operators::{Chain, Pending};

impl Parser<'_> {
    /// `commonExpr`, and `boolCommonExpr`, which differs in type and not in shape.
    ///
    /// The construction rules nest the right side of every operator; read flat here, so that a long chain needs neither
    /// stack nor height, and folded by precedence afterwards.
    pub(crate) fn common_expr(&mut self) -> Option<Expression> {
        self.nested(|parser| {
            let mut chain = Chain::default();
            parser.operand_after(None, &mut chain)?;
            while parser
                .attempt(|parser| {
                    let operator = parser.operator()?;
                    parser.operand_after(Some(operator), &mut chain)
                })
                .is_some()
            {}
            parser.grow(chain.highest());
            chain.finish()
        })
    }

    /// The right side of an operator, or the first operand. It is read before the chain learns of the operator, so that a
    /// word which turns out to be none leaves the chain as it is.
    fn operand_after(&mut self, operator: Option<Pending>, chain: &mut Chain) -> Option<()> {
        let (prefixes, operand) = match operator {
            Some(Pending::Binary(Operator::Has)) => {
                (Vec::new(), Expression::Literal(self.enum_literal()?))
            }
            Some(Pending::Binary(Operator::In)) => match self.list_expr() {
                Some(list) => (Vec::new(), Expression::List(list)),
                None => (self.prefixes(), self.operand()?),
            },
            _ => (self.prefixes(), self.operand()?),
        };
        if let Some(operator) = operator {
            chain.operator(operator);
        }
        prefixes.into_iter().for_each(|prefix| chain.prefix(prefix));
        chain.operand(operand);
        self.may_grow(chain.highest());
        Some(())
    }

    /// Whitespace, a word of an operator, whitespace.
    pub(super) fn operator(&mut self) -> Option<Pending> {
        self.rws()?;
        let word = self.run(2, 5, |byte| byte.is_ascii_alphabetic())?;
        let operator = Pending::of_word(word)?;
        self.rws()?;
        Some(operator)
    }

    /// `-` and `not` before an operand. A minus sign before a digit belongs to the number.
    fn prefixes(&mut self) -> Vec<Unary> {
        let mut prefixes = Vec::new();
        while let Some(prefix) = self.prefix() {
            prefixes.push(prefix);
            self.may_grow(prefixes.len());
        }
        prefixes
    }

    fn prefix(&mut self) -> Option<Unary> {
        let negates = self.peek() == Some(b'-') && !self.sees(Self::primitive_literal);
        if negates {
            self.byte(b'-')?;
            self.bws();
            return Some(Unary::Negate);
        }
        self.attempt(|parser| {
            parser.token("not")?;
            // The construction rules want whitespace; clients in the field write `not(…)` too.
            let spaced = parser.rws().is_some();
            (spaced || parser.sees(Self::open)).then_some(Unary::Not)
        })
    }

    /// One operand: all alternatives of `commonExpr` before its operators.
    pub(super) fn operand(&mut self) -> Option<Expression> {
        if let Some(literal) = self.primitive_literal() {
            return Some(Expression::Literal(literal));
        }
        if self.sees(Self::open) {
            return self.paren_expr();
        }
        let json = self.sees(|parser| {
            parser.bws();
            parser.bracket(b'[').or_else(|| parser.bracket(b'{'))
        });
        if json {
            return self.array_or_object();
        }
        let root = self.root_expr().map(Expression::Path);
        root.or_else(|| self.call_by_word())
            .or_else(|| self.first_member_expr().map(Expression::Path))
    }

    pub(super) fn paren_expr(&mut self) -> Option<Expression> {
        self.attempt(|parser| {
            parser.open_spaced()?;
            let inner = parser.common_expr()?;
            parser.close_spaced()?;
            Some(inner)
        })
    }

    /// `listExpr`: literals only. A single expression in brackets is no list.
    pub(super) fn list_expr(&mut self) -> Option<Vec<Literal>> {
        self.attempt(|parser| {
            parser.open_spaced()?;
            let literals = parser
                .list(Self::primitive_literal, Self::spaced_comma)
                .unwrap_or_default();
            parser.close_spaced()?;
            Some(literals)
        })
    }
}
