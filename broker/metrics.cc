#include "broker/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "broker/errors.h"

namespace cairn::broker {
namespace {

// From half a millisecond, the cost of one synced write, to the deadline of a call.
const prometheus::Histogram::BucketBoundaries kLatencyBuckets = {
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2, 5, 10};

prometheus::Family<prometheus::Counter>& CounterFamily(prometheus::Registry& registry,
                                                       const std::string& origin, const char* name,
                                                       const char* help) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Labels({{"origin", origin}})
      .Register(registry);
}

prometheus::Family<prometheus::Gauge>& GaugeFamily(prometheus::Registry& registry,
                                                   const std::string& origin, const char* name,
                                                   const char* help) {
  return prometheus::BuildGauge()
      .Name(name)
      .Help(help)
      .Labels({{"origin", origin}})
      .Register(registry);
}

prometheus::Gauge& OneGauge(prometheus::Registry& registry, const std::string& origin,
                            const char* name, const char* help) {
  return GaugeFamily(registry, origin, name, help).Add({});
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  std::string origin;
  prometheus::Counter& logged;
  prometheus::Histogram& latency;
  prometheus::Family<prometheus::Counter>& refused;
  prometheus::Family<prometheus::Counter>& errors;
  prometheus::Counter& upload_bytes;
  prometheus::Counter& uploads;
  prometheus::Counter& read_bytes;
  prometheus::Family<prometheus::Counter>& http;
  prometheus::Family<prometheus::Counter>& assessments;
  prometheus::Gauge& tree_size;
  prometheus::Gauge& published_size;
  prometheus::Gauge& leaves;
  prometheus::Gauge& batches;
  prometheus::Gauge& already_logged;
  prometheus::Gauge& waiting_to_verify;
  prometheus::Gauge& waiting_for_log;
  prometheus::Gauge& streams;
  prometheus::Gauge& sealed;
  prometheus::Family<prometheus::Gauge>& witness_size;
  prometheus::Family<prometheus::Gauge>& witness_failing;

  explicit Families(const std::string& name)
      : origin(name),
        logged(CounterFamily(registry, origin, "cairn_statements_logged_total",
                             "Statements answered with a receipt.")
                   .Add({})),
        latency(prometheus::BuildHistogram()
                    .Name("cairn_statement_seconds")
                    .Help("From the arrival of a statement to its receipt.")
                    .Labels({{"origin", origin}})
                    .Register(registry)
                    .Add({}, kLatencyBuckets)),
        refused(CounterFamily(registry, origin, "cairn_statements_refused_total",
                              "Statements that the fold refused, by reason.")),
        errors(CounterFamily(registry, origin, "cairn_errors_total",
                             "Calls that ended in an error, by method and reason.")),
        upload_bytes(
            CounterFamily(registry, origin, "cairn_upload_bytes_total", "Bytes of content taken.")
                .Add({})),
        uploads(CounterFamily(registry, origin, "cairn_uploads_complete_total",
                              "Files of content that came in whole.")
                    .Add({})),
        read_bytes(
            CounterFamily(registry, origin, "cairn_read_bytes_total", "Bytes of content given out.")
                .Add({})),
        http(CounterFamily(registry, origin, "cairn_http_requests_total",
                           "HTTP requests, by status.")),
        assessments(CounterFamily(registry, origin, "cairn_assessments_total",
                                  "Assessments by this broker, by outcome.")),
        tree_size(OneGauge(registry, origin, "cairn_tree_size", "Leaves of the newest note.")),
        published_size(OneGauge(registry, origin, "cairn_published_size",
                                "Leaves of the checkpoint that is shown.")),
        leaves(OneGauge(registry, origin, "cairn_leaves_made", "Leaves made by this process.")),
        batches(OneGauge(registry, origin, "cairn_batches", "Batches made by this process.")),
        already_logged(OneGauge(registry, origin, "cairn_already_logged",
                                "Statements that were logged before.")),
        waiting_to_verify(OneGauge(registry, origin, "cairn_waiting_to_verify",
                                   "Statements that wait for verification.")),
        waiting_for_log(OneGauge(registry, origin, "cairn_waiting_for_log",
                                 "Verified statements that wait for their batch.")),
        streams(OneGauge(registry, origin, "cairn_submit_streams", "Open submit streams.")),
        sealed(OneGauge(registry, origin, "cairn_sealed", "1 while the log is sealed.")),
        witness_size(GaugeFamily(registry, origin, "cairn_witness_size",
                                 "Leaves of the largest tree that a witness has cosigned.")),
        witness_failing(GaugeFamily(registry, origin, "cairn_witness_failing",
                                    "1 while a witness does not cosign.")) {}
};

Metrics::Metrics(const std::string& origin) : families_(std::make_unique<Families>(origin)) {}
Metrics::~Metrics() = default;

void Metrics::CountLogged(std::chrono::nanoseconds latency) {
  families_->logged.Increment();
  families_->latency.Observe(std::chrono::duration<double>(latency).count());
}

void Metrics::CountRefused(v1::RefusalReason reason) {
  families_->refused.Add({{"reason", v1::RefusalReason_Name(reason)}}).Increment();
}

void Metrics::CountError(absl::string_view method, const absl::Status& status) {
  families_->errors.Add({{"method", std::string(method)}, {"reason", ReasonOf(status)}})
      .Increment();
}

void Metrics::CountUploadBytes(std::uint64_t bytes) {
  families_->upload_bytes.Increment(static_cast<double>(bytes));
}
void Metrics::CountUploadComplete() { families_->uploads.Increment(); }
void Metrics::CountReadBytes(std::uint64_t bytes) {
  families_->read_bytes.Increment(static_cast<double>(bytes));
}
void Metrics::CountHttp(int status) {
  families_->http.Add({{"status", std::to_string(status)}}).Increment();
}
void Metrics::CountAssessment(bool done) {
  families_->assessments.Add({{"outcome", done ? "logged" : "failed"}}).Increment();
}

std::string Metrics::Serialize(const MetricsReadings& readings) const {
  Families& f = *families_;
  f.tree_size.Set(static_cast<double>(readings.tree_size));
  f.published_size.Set(static_cast<double>(readings.published_size));
  f.leaves.Set(static_cast<double>(readings.leaves));
  f.batches.Set(static_cast<double>(readings.batches));
  f.already_logged.Set(static_cast<double>(readings.already_logged));
  f.waiting_to_verify.Set(static_cast<double>(readings.waiting_to_verify));
  f.waiting_for_log.Set(static_cast<double>(readings.waiting_for_log));
  f.streams.Set(static_cast<double>(readings.streams));
  f.sealed.Set(readings.sealed ? 1 : 0);
  for (const WitnessStats& witness : readings.witnesses) {
    const prometheus::Labels who = {{"witness", witness.name}};
    f.witness_size.Add(who).Set(static_cast<double>(witness.size));
    f.witness_failing.Add(who).Set(witness.failing ? 1 : 0);
  }
  return prometheus::TextSerializer().Serialize(f.registry.Collect());
}

}  // namespace cairn::broker
