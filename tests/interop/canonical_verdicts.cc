// Reads lines "<type> <hex or ->" from standard input and answers each with "good", or "bad" and
// why. Its argument is the FileDescriptorSet of tests/vectors/canonical/everything.proto. The C++
// half of canonical_test.py, which compares it with the scanner in Python.
#include <google/protobuf/descriptor.h>

#include <iostream>
#include <string>

#include "audit/statement/canonical.h"
#include "cairn/v1/statement.pb.h"
#include "keys/encoding.h"
#include "tests/testing/descriptor_set.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const google::protobuf::DescriptorPool& everything = cairn::testing::ReadDescriptorSet(argv[1]);
  const google::protobuf::DescriptorPool& ours =
      *cairn::v1::Statement::descriptor()->file()->pool();
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t space = line.find(' ');
    const std::string type = line.substr(0, space);
    const std::string hex = line.substr(space + 1);
    const auto* descriptor = everything.FindMessageTypeByName(type);
    if (descriptor == nullptr) descriptor = ours.FindMessageTypeByName(type);
    const auto bytes = cairn::keys::ParseHex(hex == "-" ? "" : hex);
    if (descriptor == nullptr || !bytes.ok()) {
      std::cerr << "not a line of this program's: " << line << "\n";
      return 2;
    }
    const absl::Status status =
        cairn::statement::CheckCanonical(*descriptor, cairn::keys::AsBytes(*bytes));
    std::cout << (status.ok() ? "good" : "bad " + std::string(status.message())) << "\n";
  }
  return 0;
}
