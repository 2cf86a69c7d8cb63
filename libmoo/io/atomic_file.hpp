#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace moo {

/// A file that appears whole or not at all. Bytes go into a temporary file in the same folder;
/// commit() renames it into place, and until then the file that stood there stays as it was.
/// Without commit() the temporary file is removed, whatever happened.
class AtomicFile {
 public:
  /// Opens the temporary file. A symbolic link is followed.
  /// Throws: FileError when the folder is missing or not writable, or when `path` is something that
  /// is not a regular file.
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  /// Appends bytes. Throws: FileError when they cannot be written, as on a full disk.
  void write(std::string_view bytes);

  /// Forces everything written so far to the disk, so that commit() has nothing left to fail on but
  /// the rename. Throws: FileError.
  void sync();

  /// sync(), and the rename into place. Nothing can be written afterwards. Throws: FileError.
  void commit();

 private:
  void write_through(std::string_view bytes);
  void discard() noexcept;

  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< empty once it has been renamed or removed
  std::string buffer_;               ///< small writes, collected
  int descriptor_ = -1;
};

/// Writes a whole file, by way of AtomicFile. Throws: FileError, leaving nothing behind.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The bytes of a regular file. Throws: FileError.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Creates the folder, and those above it, where missing, and proves by a temporary file that it
/// can be written to. To be called before hours of work are spent on something to put there. The
/// current folder is meant by an empty path. Throws: FileError when it cannot be created or written
/// to.
void require_writable_folder(const std::filesystem::path& folder);

}  // namespace moo
