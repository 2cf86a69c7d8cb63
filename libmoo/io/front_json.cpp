#include "libmoo/io/front_json.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_decoding.hpp"
#include "libmoo/io/front_encoding.hpp"
#include "libmoo/io/front_parameters.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path parameters_path(const fs::path& json_path) {
  return fs::path(json_path).replace_extension(".safetensors");
}

/// The document as text, once everything in it has been found to be in order.
std::string text_of(const fs::path& json_path, const FrontDocument& document) {
  Json json = encode_front(document);
  require_finite("write_front", json);
  check_document(document);
  json["indicators"] = encode_indicators(document);
  require_finite("write_front", json);
  if (!document.layout.empty()) {
    json["parameters_file"] = parameters_path(json_path).filename().string();
  }
  return readable_json(json);
}

Json parse(const fs::path& path) {
  const std::string text = read_file(path);
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw FileError({path.string(), "is not valid JSON", "one JSON object with finite numbers",
                     error.what(), "it may be cut off or edited; write it again"});
  }
}

}  // namespace

void write_front(const fs::path& json_path, const FrontDocument& document) {
  if (json_path.extension() == ".safetensors") {
    throw InvalidArgument({"write_front", "the name is that of the parameters file",
                           "a name such as front.json", json_path.string(), ""});
  }
  const std::string text = text_of(json_path, document);
  const std::vector<NamedTensor> tensors = parameter_tensors(document);

  const fs::path side_path = parameters_path(json_path);
  AtomicFile json(json_path);
  std::optional<AtomicFile> parameters;
  if (!document.layout.empty()) {
    parameters.emplace(side_path);
    write_safetensors(*parameters, tensors, parameter_metadata(document));
    parameters->sync();
  }
  json.write(text);
  json.sync();
  if (parameters) parameters->commit();
  try {
    json.commit();
  } catch (const Error&) {
    std::error_code ignored;
    if (parameters) fs::remove(side_path, ignored);
    throw;
  }
}

FrontDocument read_front(const fs::path& json_path) {
  const Json json = parse(json_path);
  const std::string file = json_path.string();
  const JsonNode root(json, file);
  try {
    FrontDocument document = decode_front(root);
    check_document(document);
    if (const auto name = root.find("parameters_file")) {
      const fs::path side_name = name->text();
      if (side_name.empty() || side_name.filename() != side_name) {
        name->refuse("the name of a file beside this one");
      }
      read_parameters(json_path.parent_path() / side_name, document);
    }
    return document;
  } catch (const InvalidArgument& error) {  // here the file is to blame, not the caller
    Complaint complaint = error.complaint();
    complaint.who = file;
    throw FileError(std::move(complaint));
  }
}

}  // namespace moo
