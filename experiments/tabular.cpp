// Tabular: what do rules cost a network on anyone's table? A JSON config names the table, what its
// columns are for, the network, and groups of rules; experiments/configs holds examples.
//
//     tabular init data.csv --target T     a config to begin with
//     tabular check config.json            what is in the data; do the labels obey the rules
//     tabular run config.json [flags]      the front
//     tabular schema | families | solvers  what a config may say

#include "experiments/tabular/program.hpp"

int main(int argc, char** argv) { return moo::tabular::run_tabular(argc, argv); }
