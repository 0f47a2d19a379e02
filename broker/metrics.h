// What is counted and measured, for Prometheus; every series is labelled with the log's origin.
#ifndef CAIRN_BROKER_METRICS_H_
#define CAIRN_BROKER_METRICS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/witnesses.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::broker {

// What is read off when somebody asks, rather than kept up to date.
struct MetricsReadings {
  std::uint64_t tree_size = 0;
  std::uint64_t published_size = 0;
  std::uint64_t leaves = 0;  // Made by this process.
  std::uint64_t batches = 0;
  std::uint64_t already_logged = 0;
  std::uint64_t waiting_to_verify = 0;
  std::uint64_t waiting_for_log = 0;
  std::uint64_t streams = 0;
  bool sealed = false;
  std::vector<WitnessStats> witnesses;
};

// Thread-safe; counting takes no lock.
class Metrics {
 public:
  explicit Metrics(const std::string& origin);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // A statement was answered: logged, refused by the fold, or with an error.
  void CountLogged(std::chrono::nanoseconds latency);
  void CountRefused(v1::RefusalReason reason);
  // `method` as gRPC names it; `reason` from errors.h.
  void CountError(absl::string_view method, const absl::Status& status);
  void CountUploadBytes(std::uint64_t bytes);
  void CountUploadComplete();
  void CountReadBytes(std::uint64_t bytes);
  void CountHttp(int status);
  void CountAssessment(bool done);

  // The text that Prometheus scrapes.
  std::string Serialize(const MetricsReadings& readings) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_METRICS_H_
