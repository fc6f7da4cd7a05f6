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
            parser.operand_with_prefixes(&mut chain)?;
            while parser
                .attempt(|parser| parser.operator_and_operand(&mut chain))
                .is_some()
            {}
            chain.finish()
        })
    }

    fn operator_and_operand(&mut self, chain: &mut Chain) -> Option<()> {
        let operator = self.operator()?;
        if operator.makes_higher() {
            self.grow(1);
        }
        // What follows is read before the chain learns of the operator, so that a word which is no operator after all
        // (`$orderby=Name desc`, `… as Alias`) leaves the chain as it is.
        match operator {
            Pending::Binary(Operator::In) => {
                let list = self.list_expr().map(Expression::List);
                let right = match list {
                    Some(list) => list,
                    None => return self.right_side(operator, chain),
                };
                chain.operator(operator);
                chain.operand(right);
                Some(())
            }
            Pending::Binary(Operator::Has) => {
                let right = self.enum_literal()?;
                chain.operator(operator);
                chain.operand(Expression::Literal(right));
                Some(())
            }
            _ => self.right_side(operator, chain),
        }
    }

    fn right_side(&mut self, operator: Pending, chain: &mut Chain) -> Option<()> {
        let prefixes = self.prefixes();
        let operand = self.operand()?;
        chain.operator(operator);
        prefixes.into_iter().for_each(|prefix| chain.prefix(prefix));
        chain.operand(operand);
        Some(())
    }

    fn operand_with_prefixes(&mut self, chain: &mut Chain) -> Option<()> {
        let prefixes = self.prefixes();
        let operand = self.operand()?;
        prefixes.into_iter().for_each(|prefix| chain.prefix(prefix));
        chain.operand(operand);
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
            self.grow(1);
            prefixes.push(prefix);
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
