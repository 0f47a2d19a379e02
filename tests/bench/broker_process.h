// A broker of its own in a folder of its own, and the keys that may speak in its log.
#ifndef CAIRN_TESTS_BENCH_BROKER_PROCESS_H_
#define CAIRN_TESTS_BENCH_BROKER_PROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/statement.pb.h"
#include "keys/signing.h"

namespace cairn::bench {

[[noreturn]] void Fail(const std::string& why);

template <typename T>
T OrFail(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(std::string(value.status().message()));
  return *std::move(value);
}

keys::SigningPrivateKey KeyFromSeed(const std::string& name);

// One key and where its chain stands.
class Author {
 public:
  explicit Author(std::size_t number);
  const keys::SigningPrivateKey& key() const { return key_; }
  // Signs `statement`, whose body is set, as the next of this key.
  std::string Say(v1::Statement statement);
  // A claim of about 250 bytes, as people log them.
  std::string Claim();

 private:
  std::string party_;
  keys::SigningPrivateKey key_;
  std::uint64_t sequence_ = 0;
  std::string previous_;
};

// Makes a log in `folder` and serves it until this ends.
class BrokerProcess {
 public:
  BrokerProcess(const std::string& program, std::string folder);
  ~BrokerProcess();
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  std::string address() const;
  pid_t process() const { return process_; }

  // Brings the log into being; the keys of two parties, 256 in all, that may speak from then on.
  std::vector<Author> EnrolKeys();

 private:
  std::string In(const std::string& name) const { return folder_ + "/" + name; }
  void WriteSecret(const std::string& name, const std::string& bytes) const;
  void Make(const std::string& program) const;
  std::string Genesis() const;
  void Settle(const std::string& statement) const;

  const std::string folder_;
  pid_t process_ = -1;
};

}  // namespace cairn::bench

#endif  // CAIRN_TESTS_BENCH_BROKER_PROCESS_H_
