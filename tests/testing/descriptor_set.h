// Message types that no program is compiled with: read from a FileDescriptorSet while a test runs.
#ifndef CAIRN_TESTS_TESTING_DESCRIPTOR_SET_H_
#define CAIRN_TESTS_TESTING_DESCRIPTOR_SET_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cairn::testing {

// The types of the set in `path`. They live as long as the process, as statement::CheckCanonical
// asks. Throws if there is no such file or its types do not fit together: the test then fails.
inline const google::protobuf::DescriptorPool& ReadDescriptorSet(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  if (!file || !set.ParseFromIstream(&file)) throw std::runtime_error("no descriptors in " + path);
  static auto& pools = *new std::vector<std::unique_ptr<google::protobuf::DescriptorPool>>();
  pools.push_back(std::make_unique<google::protobuf::DescriptorPool>());
  google::protobuf::DescriptorPool& pool = *pools.back();
  for (const auto& proto : set.file()) {
    if (pool.BuildFile(proto) == nullptr) throw std::runtime_error("bad types in " + path);
  }
  return pool;
}

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_DESCRIPTOR_SET_H_
