//! Operators between operands, folded by precedence into a tree.

use super::super::expression::{Expression, Operator, Unary};

/// An operator that waits for its right side, or a prefix that waits for its operand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pending {
    Or,
    And,
    Binary(Operator),
    Prefix(Unary),
}

impl Pending {
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "or" => Self::Or,
            "and" => Self::And,
            "eq" => Self::Binary(Operator::Eq),
            "ne" => Self::Binary(Operator::Ne),
            "lt" => Self::Binary(Operator::Lt),
            "le" => Self::Binary(Operator::Le),
            "gt" => Self::Binary(Operator::Gt),
            "ge" => Self::Binary(Operator::Ge),
            "has" => Self::Binary(Operator::Has),
            "in" => Self::Binary(Operator::In),
            "add" => Self::Binary(Operator::Add),
            "sub" => Self::Binary(Operator::Sub),
            "mul" => Self::Binary(Operator::Mul),
            "div" => Self::Binary(Operator::Div),
            "divby" => Self::Binary(Operator::DivBy),
            "mod" => Self::Binary(Operator::Mod),
            _ => return None,
        })
    }

    /// Higher binds tighter.
    fn precedence(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Binary(Operator::Eq | Operator::Ne) => 2,
            Self::Binary(Operator::Lt | Operator::Le | Operator::Gt | Operator::Ge) => 3,
            Self::Binary(Operator::Add | Operator::Sub) => 4,
            Self::Binary(Operator::Mul | Operator::Div | Operator::DivBy | Operator::Mod) => 5,
            Self::Prefix(_) => 6,
            Self::Binary(Operator::Has | Operator::In) => 7,
        }
    }

    /// Chains of `and` or `or` become one node, and separate what stands between them.
    fn is_flat(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }
}

/// Operands and operators of one bracket, the tightest folded first.
#[derive(Default)]
pub(super) struct Chain {
    operands: Vec<Expression>,
    pending: Vec<Pending>,
    /// Operators since the last `and` or `or`: no tree between them is higher than that.
    run: usize,
    highest_run: usize,
}

impl Chain {
    /// The height of the tree above its operands, at most.
    pub(super) fn highest(&self) -> usize {
        // One level each for `and` and `or`.
        self.highest_run + 2
    }

    fn wait(&mut self, operator: Pending) {
        self.run = if operator.is_flat() { 0 } else { self.run + 1 };
        self.highest_run = self.highest_run.max(self.run);
        self.pending.push(operator);
    }

    pub(super) fn operand(&mut self, operand: Expression) {
        self.operands.push(operand);
    }

    /// An operator after an operand: what binds as tightly to the left is complete.
    pub(super) fn operator(&mut self, operator: Pending) {
        while let Some(before) = self.pending.last().copied()
            && before.precedence() >= operator.precedence()
        {
            self.fold();
        }
        self.wait(operator);
    }

    pub(super) fn prefix(&mut self, unary: Unary) {
        self.wait(Pending::Prefix(unary));
    }

    pub(super) fn finish(mut self) -> Option<Expression> {
        while !self.pending.is_empty() {
            self.fold()?;
        }
        self.operands.pop()
    }

    fn fold(&mut self) -> Option<()> {
        let right = self.operands.pop()?;
        let folded = match self.pending.pop()? {
            Pending::Prefix(unary) => Expression::Unary(unary, Box::new(right)),
            Pending::Binary(operator) => {
                Expression::Binary(operator, Box::new(self.operands.pop()?), Box::new(right))
            }
            Pending::And => match self.operands.pop()? {
                Expression::And(mut all) => {
                    all.push(right);
                    Expression::And(all)
                }
                left => Expression::And(vec![left, right]),
            },
            Pending::Or => match self.operands.pop()? {
                Expression::Or(mut all) => {
                    all.push(right);
                    Expression::Or(all)
                }
                left => Expression::Or(vec![left, right]),
            },
        };
        self.operands.push(folded);
        Some(())
    }
}
