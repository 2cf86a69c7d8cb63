#include "libmoo/solver/plugin.hpp"

extern "C" long moo_plugin_abi() { return moo::plugin_abi; }
