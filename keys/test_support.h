// What several tests of this folder need: vectors, temporary folders, other programs.
#ifndef CAIRN_KEYS_TEST_SUPPORT_H_
#define CAIRN_KEYS_TEST_SUPPORT_H_

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "keys/bytes.h"
#include "keys/encoding.h"
#include "keys/secret.h"
#include "nlohmann/json.hpp"

namespace cairn::keys {

// The cases of tests/vectors/keys/<name>.
inline nlohmann::json VectorCases(const std::string& name) {
  std::ifstream file(absl::StrCat(CAIRN_SOURCE_DIR, "/tests/vectors/keys/", name));
  return nlohmann::json::parse(file).at("cases");
}

// Of hexadecimal text that is known to be right.
inline Bytes UnHex(absl::string_view text) { return ParseHex(text).value(); }
// Of one field of a case.
inline Bytes UnHexField(const nlohmann::json& one, const char* field) {
  return UnHex(one.at(field).get<std::string>());
}

inline SecretBytes SecretOf(absl::string_view text) { return SecretBytes::CopyOf(AsBytes(text)); }

// A folder of its own for one test, removed with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "cairn-keys-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline void WriteFileOf(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The exit status of a shell command, 0 if all went well.
inline int RunShell(const std::string& command) { return std::system(command.c_str()); }

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_TEST_SUPPORT_H_
