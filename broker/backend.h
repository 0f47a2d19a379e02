// What the services of a broker share. Built by Broker (broker/broker.h), which owns all of it.
#ifndef CAIRN_BROKER_BACKEND_H_
#define CAIRN_BROKER_BACKEND_H_

#include <cstdint>
#include <functional>
#include <string>

#include "audit/log/published.h"
#include "audit/log/sequencer.h"
#include "audit/log/store.h"
#include "broker/content_store.h"
#include "broker/drain.h"
#include "broker/handover_checks.h"
#include "broker/metrics.h"
#include "broker/pipeline.h"
#include "broker/worker_pool.h"
#include "keys/signing.h"

namespace cairn::broker {

// Everything outlives the services; everything may be used from any thread.
struct Backend {
  std::string origin;
  std::string vkey;  // Of the log.
  std::string operator_party;
  std::string http_url;
  std::uint64_t package_bytes = 0;
  const keys::SigningPrivateKey* operator_key = nullptr;
  log::Store* store = nullptr;
  log::Sequencer* sequencer = nullptr;
  log::Published* published = nullptr;
  Pipeline* pipeline = nullptr;
  WorkerPool* readers = nullptr;   // Reads of state and entries.
  WorkerPool* carriers = nullptr;  // Content: what waits for the disk.
  ContentStore* content = nullptr;
  HandoverChecks* checks = nullptr;
  Metrics* metrics = nullptr;
  DrainList* drain = nullptr;
  HeadWatch* heads = nullptr;
  std::function<std::uint64_t()> now_ms;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_BACKEND_H_
