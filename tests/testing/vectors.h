// Reads the files of tests/vectors: golden values that no code of ours has made up for itself.
#ifndef CAIRN_TESTS_TESTING_VECTORS_H_
#define CAIRN_TESTS_TESTING_VECTORS_H_

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace cairn::testing {

// The bytes of tests/vectors/<name>. Throws if there is no such file: the test then fails.
inline std::string ReadVectorFile(const std::string& name) {
  std::ifstream file(std::string(CAIRN_SOURCE_DIR "/tests/vectors/") + name, std::ios::binary);
  if (!file) throw std::runtime_error("no vector file " + name);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Files of one value a line: name, one space, value; '#' begins a comment line. Access by at(), so
// that a missing name throws.
inline std::map<std::string, std::string> ReadVectors(const std::string& name) {
  std::map<std::string, std::string> values;
  std::istringstream lines(ReadVectorFile(name));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) {
      values[line] = "";
    } else {
      values[line.substr(0, space)] = line.substr(space + 1);
    }
  }
  return values;
}

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_VECTORS_H_
