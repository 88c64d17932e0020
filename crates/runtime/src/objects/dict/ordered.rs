//! OrderedDict.
