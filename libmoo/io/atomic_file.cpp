#include "libmoo/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t buffer_size = 1 << 16;
constexpr std::size_t longest_stem = 100;  // of a temporary name, far below any file system's limit

std::string hint_for(int code) {
  switch (code) {
    case ENOENT:
      return "create the folder first";
    case ENOTDIR:
      return "a part of the path is a file, not a folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder you may write to";
    case ENOSPC:
    case EDQUOT:
      return "make room on the disk, or choose another one";
    default:
      return "";
  }
}

[[noreturn]] void refuse(const fs::path& path, std::string what, std::string expected, int code) {
  throw FileError({path.string(), std::move(what), std::move(expected),
                   std::generic_category().message(code), hint_for(code)});
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Where a write to `path` ends up.
fs::path resolved(const fs::path& path) {
  std::error_code code;
  if (!fs::is_symlink(path, code)) return path;
  fs::path target = fs::weakly_canonical(path, code);
  return code ? path : target;
}

/// A name no other process or thread uses now.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return folder_of(path) / ("." + path.filename().string().substr(0, longest_stem) + "." +
                            std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp");
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : target_(resolved(path)) {
  std::error_code code;
  const fs::file_status status = fs::status(target_, code);
  if (!path.has_filename() || (fs::exists(status) && !fs::is_regular_file(status))) {
    throw FileError({path.string(), "cannot be written to", "the name of a file",
                     fs::is_directory(status) ? "a folder" : "something else", ""});
  }
  buffer_.reserve(buffer_size);
  do {
    temporary_ = temporary_beside(target_);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
  if (descriptor_ >= 0) return;
  const int reason = errno;
  temporary_.clear();
  refuse(path, "cannot be written", "a folder that exists and is writable", reason);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void AtomicFile::write(std::string_view bytes) {
  if (descriptor_ < 0) {
    throw InvalidArgument({"AtomicFile::write", "the file is finished",
                           "no write after commit() or a failure", "", target_.string()});
  }
  if (buffer_.size() + bytes.size() < buffer_size) {
    buffer_ += bytes;
    return;
  }
  write_through(std::exchange(buffer_, {}));
  write_through(bytes);
}

void AtomicFile::write_through(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      const int reason = errno;
      discard();
      refuse(target_, "cannot be written", "room for the whole file", reason);
    }
  }
}

void AtomicFile::sync() {
  if (descriptor_ < 0) {
    throw InvalidArgument({"AtomicFile::sync", "the file is finished",
                           "no sync after commit() or a failure", "", target_.string()});
  }
  write_through(std::exchange(buffer_, {}));
  if (::fsync(descriptor_) == 0) return;
  const int reason = errno;
  discard();
  refuse(target_, "cannot be written", "a disk that takes the whole file", reason);
}

void AtomicFile::commit() {
  sync();
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    const int reason = errno;
    discard();
    refuse(target_, "cannot be written", "a disk that takes the whole file", reason);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    const int reason = errno;
    discard();
    refuse(target_, "cannot be put in place", "a name the folder accepts", reason);
  }
  temporary_.clear();
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

std::string read_file(const fs::path& path) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (!fs::is_regular_file(status)) {
    throw FileError({path.string(), "cannot be read", "a file",
                     !fs::exists(status)        ? "nothing of that name"
                     : fs::is_directory(status) ? "a folder"
                                                : "something else",
                     ""});
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.good() && !stream.eof()) {
    throw FileError({path.string(), "cannot be read", "a readable file", "", ""});
  }
  return bytes;
}

void require_writable_folder(const fs::path& folder) {
  const fs::path target = folder.empty() ? fs::path(".") : folder;
  std::error_code code;
  if (!fs::is_directory(target, code)) {
    fs::create_directories(target, code);
    if (!fs::is_directory(target)) {
      throw FileError({target.string(), "cannot be created as a folder", "a folder to write to",
                       code ? code.message() : "a file of that name",
                       "choose a folder you may write to"});
    }
  }
  AtomicFile probe(target / "writable");  // never committed: the destructor removes it
  probe.write("?");
  probe.sync();
}

}  // namespace moo
