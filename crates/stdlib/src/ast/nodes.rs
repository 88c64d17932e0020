//! The table of node classes: names, bases, fields and attributes, in the notation of the language's abstract
//! grammar.
//!
//! What flows out: the enum [`N`], one variant for each class (its number is its place in the tuple of classes), and
//! [`NODES`]. Fields are written `type name`, with `?` for optional ones and `*` for lists. What must hold: a class's
//! base comes before it.

/// One class.
pub struct NodeDef {
    /// `__name__`
    pub name: &'static str,
    /// Name of the base class.
    pub base: &'static str,
    /// Fields.
    pub fields: &'static str,
    /// Position attributes of this class itself.
    pub attributes: Attributes,
    /// The base of alternatives rather than a node.
    pub is_sum: bool,
}

/// Which position attributes a class declares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attributes {
    /// None of its own.
    Inherit,
    /// The end may be missing.
    EndOptional,
    /// All four must be given.
    Required,
}

macro_rules! nodes {
    (@sum sum) => { true };
    (@sum node) => { false };
    ($($kind:ident $variant:ident $name:literal $base:literal $fields:literal $attributes:ident;)*) => {
        /// The classes by number.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        #[repr(usize)]
        pub enum N { $($variant),* }

        impl N {
            /// The class with a number.
            pub fn from_index(i: usize) -> Option<N> {
                const ALL: &[N] = &[$(N::$variant),*];
                ALL.get(i).copied()
            }
        }

        /// The rows, in the order of [`N`].
        pub static NODES: &[NodeDef] = &[$(NodeDef {
            name: $name,
            base: $base,
            fields: $fields,
            attributes: Attributes::$attributes,
            is_sum: nodes!(@sum $kind),
        }),*];
    };
}

/// One field, read from the table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its type: a class's name, `identifier`, `string`, `int` or `constant`.
    pub ty: &'static str,
    /// May be `None`.
    pub optional: bool,
    /// Is a list.
    pub list: bool,
    /// Its name.
    pub name: &'static str,
}

/// The fields of a row.
pub fn fields(def: &NodeDef) -> impl Iterator<Item = Field> + use<> {
    def.fields.split(", ").filter(|f| !f.is_empty()).map(|f| {
        let (ty, name) = f.split_once(' ').unwrap_or((f, ""));
        Field {
            ty: ty.trim_end_matches(['?', '*']),
            optional: ty.ends_with('?'),
            list: ty.ends_with('*'),
            name,
        }
    })
}

/// Names of the position attributes.
pub const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

nodes! {
    sum ModSum "mod" "AST" "" Inherit;
    node Module "Module" "mod" "stmt* body, type_ignore* type_ignores" Inherit;
    node Interactive "Interactive" "mod" "stmt* body" Inherit;
    node Expression "Expression" "mod" "expr body" Inherit;
    node FunctionType "FunctionType" "mod" "expr* argtypes, expr returns" Inherit;
    sum StmtSum "stmt" "AST" "" EndOptional;
    node FunctionDef "FunctionDef" "stmt" "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params" Inherit;
    node AsyncFunctionDef "AsyncFunctionDef" "stmt" "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params" Inherit;
    node ClassDef "ClassDef" "stmt" "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params" Inherit;
    node Return "Return" "stmt" "expr? value" Inherit;
    node Delete "Delete" "stmt" "expr* targets" Inherit;
    node Assign "Assign" "stmt" "expr* targets, expr value, string? type_comment" Inherit;
    node TypeAlias "TypeAlias" "stmt" "expr name, type_param* type_params, expr value" Inherit;
    node AugAssign "AugAssign" "stmt" "expr target, operator op, expr value" Inherit;
    node AnnAssign "AnnAssign" "stmt" "expr target, expr annotation, expr? value, int simple" Inherit;
    node For "For" "stmt" "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment" Inherit;
    node AsyncFor "AsyncFor" "stmt" "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment" Inherit;
    node While "While" "stmt" "expr test, stmt* body, stmt* orelse" Inherit;
    node If "If" "stmt" "expr test, stmt* body, stmt* orelse" Inherit;
    node With "With" "stmt" "withitem* items, stmt* body, string? type_comment" Inherit;
    node AsyncWith "AsyncWith" "stmt" "withitem* items, stmt* body, string? type_comment" Inherit;
    node Match "Match" "stmt" "expr subject, match_case* cases" Inherit;
    node Raise "Raise" "stmt" "expr? exc, expr? cause" Inherit;
    node Try "Try" "stmt" "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody" Inherit;
    node TryStar "TryStar" "stmt" "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody" Inherit;
    node Assert "Assert" "stmt" "expr test, expr? msg" Inherit;
    node Import "Import" "stmt" "alias* names" Inherit;
    node ImportFrom "ImportFrom" "stmt" "identifier? module, alias* names, int? level" Inherit;
    node Global "Global" "stmt" "identifier* names" Inherit;
    node Nonlocal "Nonlocal" "stmt" "identifier* names" Inherit;
    node Expr "Expr" "stmt" "expr value" Inherit;
    node Pass "Pass" "stmt" "" Inherit;
    node Break "Break" "stmt" "" Inherit;
    node Continue "Continue" "stmt" "" Inherit;
    sum ExprSum "expr" "AST" "" EndOptional;
    node BoolOp "BoolOp" "expr" "boolop op, expr* values" Inherit;
    node NamedExpr "NamedExpr" "expr" "expr target, expr value" Inherit;
    node BinOp "BinOp" "expr" "expr left, operator op, expr right" Inherit;
    node UnaryOp "UnaryOp" "expr" "unaryop op, expr operand" Inherit;
    node Lambda "Lambda" "expr" "arguments args, expr body" Inherit;
    node IfExp "IfExp" "expr" "expr test, expr body, expr orelse" Inherit;
    node Dict "Dict" "expr" "expr?* keys, expr* values" Inherit;
    node Set "Set" "expr" "expr* elts" Inherit;
    node ListComp "ListComp" "expr" "expr elt, comprehension* generators" Inherit;
    node SetComp "SetComp" "expr" "expr elt, comprehension* generators" Inherit;
    node DictComp "DictComp" "expr" "expr key, expr value, comprehension* generators" Inherit;
    node GeneratorExp "GeneratorExp" "expr" "expr elt, comprehension* generators" Inherit;
    node Await "Await" "expr" "expr value" Inherit;
    node Yield "Yield" "expr" "expr? value" Inherit;
    node YieldFrom "YieldFrom" "expr" "expr value" Inherit;
    node Compare "Compare" "expr" "expr left, cmpop* ops, expr* comparators" Inherit;
    node Call "Call" "expr" "expr func, expr* args, keyword* keywords" Inherit;
    node FormattedValue "FormattedValue" "expr" "expr value, int conversion, expr? format_spec" Inherit;
    node Interpolation "Interpolation" "expr" "expr value, constant str, int conversion, expr? format_spec" Inherit;
    node JoinedStr "JoinedStr" "expr" "expr* values" Inherit;
    node TemplateStr "TemplateStr" "expr" "expr* values" Inherit;
    node Constant "Constant" "expr" "constant value, string? kind" Inherit;
    node Attribute "Attribute" "expr" "expr value, identifier attr, expr_context ctx" Inherit;
    node Subscript "Subscript" "expr" "expr value, expr slice, expr_context ctx" Inherit;
    node Starred "Starred" "expr" "expr value, expr_context ctx" Inherit;
    node Name "Name" "expr" "identifier id, expr_context ctx" Inherit;
    node List "List" "expr" "expr* elts, expr_context ctx" Inherit;
    node Tuple "Tuple" "expr" "expr* elts, expr_context ctx" Inherit;
    node Slice "Slice" "expr" "expr? lower, expr? upper, expr? step" Inherit;
    sum ExprContextSum "expr_context" "AST" "" Inherit;
    node Load "Load" "expr_context" "" Inherit;
    node Store "Store" "expr_context" "" Inherit;
    node Del "Del" "expr_context" "" Inherit;
    sum BoolOpSum "boolop" "AST" "" Inherit;
    node And "And" "boolop" "" Inherit;
    node Or "Or" "boolop" "" Inherit;
    sum OperatorSum "operator" "AST" "" Inherit;
    node Add "Add" "operator" "" Inherit;
    node Sub "Sub" "operator" "" Inherit;
    node Mult "Mult" "operator" "" Inherit;
    node MatMult "MatMult" "operator" "" Inherit;
    node Div "Div" "operator" "" Inherit;
    node Mod "Mod" "operator" "" Inherit;
    node Pow "Pow" "operator" "" Inherit;
    node LShift "LShift" "operator" "" Inherit;
    node RShift "RShift" "operator" "" Inherit;
    node BitOr "BitOr" "operator" "" Inherit;
    node BitXor "BitXor" "operator" "" Inherit;
    node BitAnd "BitAnd" "operator" "" Inherit;
    node FloorDiv "FloorDiv" "operator" "" Inherit;
    sum UnaryOpSum "unaryop" "AST" "" Inherit;
    node Invert "Invert" "unaryop" "" Inherit;
    node Not "Not" "unaryop" "" Inherit;
    node UAdd "UAdd" "unaryop" "" Inherit;
    node USub "USub" "unaryop" "" Inherit;
    sum CmpOpSum "cmpop" "AST" "" Inherit;
    node Eq "Eq" "cmpop" "" Inherit;
    node NotEq "NotEq" "cmpop" "" Inherit;
    node Lt "Lt" "cmpop" "" Inherit;
    node LtE "LtE" "cmpop" "" Inherit;
    node Gt "Gt" "cmpop" "" Inherit;
    node GtE "GtE" "cmpop" "" Inherit;
    node Is "Is" "cmpop" "" Inherit;
    node IsNot "IsNot" "cmpop" "" Inherit;
    node In "In" "cmpop" "" Inherit;
    node NotIn "NotIn" "cmpop" "" Inherit;
    node Comprehension "comprehension" "AST" "expr target, expr iter, expr* ifs, int is_async" Inherit;
    sum ExceptHandlerSum "excepthandler" "AST" "" EndOptional;
    node ExceptHandler "ExceptHandler" "excepthandler" "expr? type, identifier? name, stmt* body" Inherit;
    node Arguments "arguments" "AST" "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults" Inherit;
    node Arg "arg" "AST" "identifier arg, expr? annotation, string? type_comment" EndOptional;
    node Keyword "keyword" "AST" "identifier? arg, expr value" EndOptional;
    node Alias "alias" "AST" "identifier name, identifier? asname" EndOptional;
    node WithItem "withitem" "AST" "expr context_expr, expr? optional_vars" Inherit;
    node MatchCase "match_case" "AST" "pattern pattern, expr? guard, stmt* body" Inherit;
    sum PatternSum "pattern" "AST" "" Required;
    node MatchValue "MatchValue" "pattern" "expr value" Inherit;
    node MatchSingleton "MatchSingleton" "pattern" "constant value" Inherit;
    node MatchSequence "MatchSequence" "pattern" "pattern* patterns" Inherit;
    node MatchMapping "MatchMapping" "pattern" "expr* keys, pattern* patterns, identifier? rest" Inherit;
    node MatchClass "MatchClass" "pattern" "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns" Inherit;
    node MatchStar "MatchStar" "pattern" "identifier? name" Inherit;
    node MatchAs "MatchAs" "pattern" "pattern? pattern, identifier? name" Inherit;
    node MatchOr "MatchOr" "pattern" "pattern* patterns" Inherit;
    sum TypeIgnoreSum "type_ignore" "AST" "" Inherit;
    node TypeIgnore "TypeIgnore" "type_ignore" "int lineno, string tag" Inherit;
    sum TypeParamSum "type_param" "AST" "" Required;
    node TypeVar "TypeVar" "type_param" "identifier name, expr? bound, expr? default_value" Inherit;
    node ParamSpec "ParamSpec" "type_param" "identifier name, expr? default_value" Inherit;
    node TypeVarTuple "TypeVarTuple" "type_param" "identifier name, expr? default_value" Inherit;
}
