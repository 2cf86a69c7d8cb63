#include "libmoo/solver/plugin.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using Module = boost::dll::shared_library;

std::unique_ptr<Module> open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw FileError(
        {"plug-in '" + file.string() + "'", "there is no such file", "a shared module", "", ""});
  }
  try {
    return std::make_unique<Module>(
        std::filesystem::absolute(file),
        boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::system_error& failure) {
    throw FileError({"plug-in '" + file.string() + "'", "it cannot be loaded", "a shared module",
                     failure.what(), "link it against moo::core, as a MODULE library"});
  }
}

template <typename Function>
Function& exported(const Module& module, const std::filesystem::path& file, const char* name) {
  if (!module.has(name)) {
    throw FileError({"plug-in '" + file.string() + "'", "a function is missing",
                     std::string("extern \"C\" ") + name, "",
                     "libmoo/solver/plugin.hpp shows the two that a module exports"});
  }
  return module.get<Function>(name);
}

}  // namespace

void load_plugin(const std::filesystem::path& file, SolverRegistry& registry) {
  std::unique_ptr<Module> module = open(file);
  const long abi = exported<long()>(*module, file, "moo_plugin_abi")();
  if (abi != plugin_abi) {
    throw FileError({"plug-in '" + file.string() + "'", "it was built for another ABI",
                     std::to_string(plugin_abi), std::to_string(abi),
                     "build it with this libmoo, the same compiler and no -march=native"});
  }
  SolverRegistry extended = registry;
  exported<void(SolverRegistry&)>(*module, file, "moo_register_solvers")(extended);
  registry = std::move(extended);
  static_cast<void>(module.release());  // never unloaded: the registry refers to its code
}

}  // namespace moo
