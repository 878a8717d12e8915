//! Types as the language library tells them apart: the ten, what is known of the inside of a dynamic value, and what is
//! no value at all.

use crate::kql::{DynamicShape, Element, ScalarType};

/// The type of an expression, where only the library's rules count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Ty {
    /// One of the ten, or unknown; dynamic means a dynamic of which nothing more is known.
    Scalar(ScalarType),
    Array(Element),
    Bag,
    /// A dynamic that holds a value of one type.
    Held(ScalarType),
    /// What `typeof(…)` gives.
    Type,
    /// Several columns.
    Tuple,
    Table,
    /// In error, and reported.
    Error,
}

/// How far a value may be converted so that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kql) enum Conversion {
    None,
    Promotable,
    Dynamic,
}

impl Ty {
    pub(in crate::kql) const UNKNOWN: Self = Self::Scalar(ScalarType::Unknown);
    pub(in crate::kql) const DYNAMIC: Self = Self::Scalar(ScalarType::Dynamic);

    /// A value of the type, with what is known of its inside when it is dynamic.
    pub(in crate::kql) fn of(ty: ScalarType, shape: DynamicShape) -> Self {
        match (ty, shape) {
            (ScalarType::Dynamic, DynamicShape::Array(element)) => Self::Array(element),
            (ScalarType::Dynamic, DynamicShape::Bag) => Self::Bag,
            (ScalarType::Dynamic, DynamicShape::Value(held)) => Self::Held(held),
            _ => Self::Scalar(ty),
        }
    }

    /// The type as a column has it.
    pub(in crate::kql) fn scalar(self) -> ScalarType {
        match self {
            Self::Scalar(ty) => ty,
            Self::Array(_) | Self::Bag | Self::Held(_) => ScalarType::Dynamic,
            Self::Type | Self::Tuple | Self::Table | Self::Error => ScalarType::Unknown,
        }
    }

    pub(in crate::kql) fn shape(self) -> DynamicShape {
        match self {
            Self::Array(element) => DynamicShape::Array(element),
            Self::Bag => DynamicShape::Bag,
            Self::Held(ty) => DynamicShape::Value(ty),
            _ => DynamicShape::Any,
        }
    }

    /// A dynamic that holds a value of the type.
    pub(in crate::kql) fn in_dynamic(self) -> Self {
        match self {
            Self::Scalar(ScalarType::Int | ScalarType::Long) => Self::Held(ScalarType::Long),
            Self::Scalar(ScalarType::Decimal | ScalarType::Dynamic | ScalarType::Unknown)
            | Self::Type
            | Self::Tuple
            | Self::Table
            | Self::Error => Self::DYNAMIC,
            Self::Scalar(ty) => Self::Held(ty),
            Self::Array(_) | Self::Bag | Self::Held(_) => self,
        }
    }

    /// An array of such values.
    pub(in crate::kql) fn in_array(self) -> Self {
        Self::Array(match self {
            Self::Scalar(ScalarType::Int) => Element::Of(ScalarType::Long),
            Self::Scalar(ScalarType::Dynamic | ScalarType::Unknown | ScalarType::Decimal)
            | Self::Type
            | Self::Tuple
            | Self::Table
            | Self::Error => Element::Any,
            Self::Scalar(ty) | Self::Held(ty) => Element::Of(ty),
            Self::Array(Element::Of(ty)) => Element::ArrayOf(ty),
            Self::Array(_) => Element::Array,
            Self::Bag => Element::Bag,
        })
    }

    /// What an array of such elements gives.
    pub(in crate::kql) fn element(element: Element) -> Self {
        match element {
            Element::Any => Self::DYNAMIC,
            Element::Of(ty) => Self::Scalar(ty).in_dynamic(),
            Element::Array => Self::Array(Element::Any),
            Element::ArrayOf(ty) => Self::Array(Element::Of(ty)),
            Element::Bag => Self::Bag,
        }
    }

    pub(in crate::kql) fn is_dynamic(self) -> bool {
        matches!(self, Self::Scalar(ScalarType::Dynamic) | Self::Array(_) | Self::Bag | Self::Held(_))
    }

    pub(in crate::kql) fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// In error, or not known: what is wrong with it is said elsewhere or cannot be said.
    pub(in crate::kql) fn is_silent(self) -> bool {
        matches!(self, Self::Error | Self::UNKNOWN)
    }

    pub(in crate::kql) fn is_scalar(self) -> bool {
        !matches!(self, Self::Table | Self::Error)
    }

    pub(in crate::kql) fn is_integer(self) -> bool {
        matches!(self, Self::Scalar(ScalarType::Int | ScalarType::Long | ScalarType::Unknown))
    }

    pub(in crate::kql) fn is_numeric(self) -> bool {
        matches!(self, Self::Scalar(ty) if ty.is_numeric() || ty == ScalarType::Unknown)
    }

    /// Numbers and times.
    pub(in crate::kql) fn is_summable(self) -> bool {
        self.is_numeric() || matches!(self, Self::Scalar(ScalarType::Datetime | ScalarType::Timespan))
    }

    /// Of such values one is the least.
    pub(in crate::kql) fn is_orderable(self) -> bool {
        self.is_summable() || matches!(self, Self::Scalar(ScalarType::Bool | ScalarType::String))
    }

    pub(in crate::kql) fn is_array(self) -> bool {
        matches!(self, Self::Array(_) | Self::DYNAMIC)
    }

    pub(in crate::kql) fn is_bag(self) -> bool {
        matches!(self, Self::Bag | Self::DYNAMIC)
    }

    pub(in crate::kql) fn is_text(self) -> bool {
        self == Self::Scalar(ScalarType::String) || self.is_dynamic()
    }

    pub(in crate::kql) fn is_text_or_array(self) -> bool {
        let text = ScalarType::String;
        self == Self::Scalar(text)
            || self == Self::Held(text)
            || matches!(self, Self::DYNAMIC | Self::Array(Element::Any | Element::Of(ScalarType::String)))
    }

    pub(in crate::kql) fn is_integer_or_array(self) -> bool {
        self.is_integer()
            || self == Self::Held(ScalarType::Long)
            || matches!(self, Self::DYNAMIC | Self::Array(Element::Any | Element::Of(ScalarType::Long)))
    }

    /// May choose an element of an array.
    pub(in crate::kql) fn is_place(self) -> bool {
        self.is_integer() || self == Self::Held(ScalarType::Long) || self == Self::DYNAMIC
    }

    /// True when every value of the other type is one of this.
    fn is_wider_than(self, other: Self) -> bool {
        use ScalarType::{Decimal, Dynamic, Int, Long, Real, String};
        let (Self::Scalar(wide), Self::Scalar(narrow)) = (self, other) else { return false };
        match wide {
            Long => narrow == Int,
            Real => matches!(narrow, Int | Long),
            Decimal => matches!(narrow, Int | Long | Real),
            String => narrow == Dynamic,
            _ => false,
        }
    }

    fn is_promotable_to(self, target: Self) -> bool {
        target.is_wider_than(self) || (matches!(self, Self::Array(_) | Self::Bag) && target == Self::DYNAMIC)
    }

    /// True when a value of this type may stand where the target is expected.
    pub(in crate::kql) fn fits(self, target: Self, allowed: Conversion) -> bool {
        if self == target || (self.is_unknown() && target.is_scalar()) || (target.is_unknown() && self.is_scalar()) {
            return true;
        }
        match target {
            Self::DYNAMIC => self.is_dynamic() || (self.is_scalar() && allowed >= Conversion::Dynamic),
            Self::Array(Element::Any) => matches!(self, Self::Array(_)) && allowed != Conversion::None,
            Self::Held(held) => match self {
                Self::Held(own) => Self::Scalar(own).fits(Self::Scalar(held), allowed),
                _ => false,
            },
            Self::Scalar(_) => allowed == Conversion::Promotable && self.is_promotable_to(target),
            _ => false,
        }
    }

    /// The type that values of both types have in common.
    pub(in crate::kql) fn common(self, other: Self, allowed: Conversion) -> Option<Self> {
        let promotable = allowed >= Conversion::Promotable;
        match (self, other) {
            _ if self == other => Some(self),
            _ if self.is_unknown() || other.is_unknown() => Some(Self::UNKNOWN),
            (Self::DYNAMIC, _) | (_, Self::DYNAMIC) => Some(Self::DYNAMIC),
            _ if promotable && self.is_promotable_to(other) => Some(other),
            _ if promotable && other.is_promotable_to(self) => Some(self),
            (Self::Array(_), Self::Array(_)) => Some(Self::Array(Element::Any)),
            (Self::Held(left), Self::Held(right)) => {
                let held = Self::Scalar(left).common(Self::Scalar(right), allowed);
                Some(held.map_or(Self::DYNAMIC, Self::in_dynamic))
            }
            (Self::Held(held), typed @ Self::Scalar(_)) | (typed @ Self::Scalar(_), Self::Held(held))
                if Self::Scalar(held).common(typed, allowed).is_some() =>
            {
                Self::Scalar(held).common(typed, allowed).map(Self::in_dynamic)
            }
            _ if self.is_dynamic() && other.is_dynamic() => Some(Self::DYNAMIC),
            _ if self.is_scalar() && other.is_scalar() && allowed >= Conversion::Dynamic => Some(Self::DYNAMIC),
            _ => None,
        }
    }

    /// Int as long.
    pub(in crate::kql) fn promoted(self) -> Self {
        if self == Self::Scalar(ScalarType::Int) { Self::Scalar(ScalarType::Long) } else { self }
    }

    /// The widest number among types.
    pub(in crate::kql) fn widest(types: impl Iterator<Item = Self>) -> Option<Self> {
        types
            .filter(|ty| ty.is_numeric())
            .reduce(|widest, ty| if ty.is_wider_than(widest) { ty } else { widest })
            .map(Self::promoted)
    }

    /// In words, for a message.
    pub(in crate::kql) fn words(self) -> &'static str {
        match self {
            Self::Scalar(ty) => ty.name(),
            Self::Array(_) => "dynamic array",
            Self::Bag => "dynamic bag",
            Self::Held(_) => "dynamic",
            Self::Type => "type",
            Self::Tuple => "several columns",
            Self::Table => "table",
            Self::Error => "error",
        }
    }

    /// The type of a notation: `long`, `array<string>`, `bag`.
    pub(in crate::kql) fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix("array<").and_then(|rest| rest.strip_suffix('>')) {
            return Self::parse(inner).map(Self::in_array);
        }
        Some(match text {
            "array" => Self::Array(Element::Any),
            "bag" => Self::Bag,
            "type" => Self::Type,
            name => Self::Scalar(ScalarType::from_name(name)?),
        })
    }
}
