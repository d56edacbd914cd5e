-- Takes tickets as many kiosks would, each request with an Idempotency-Key of its own.
-- Arguments after the address: a bearer token, a name for this run, services separated by commas.

local token, run, services, threads = nil, nil, {}, 0
local created = {}

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
  table.insert(created, thread)
end

function init(arguments)
  token, run, sent, taken = arguments[1], arguments[2], 0, 0
  for service in string.gmatch(arguments[3], "[^,]+") do
    table.insert(services, service)
  end
end

function request()
  sent = sent + 1
  local headers = {
    ["Authorization"] = "Bearer " .. token,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = string.format("%s-%d-%d", run, number, sent),
  }
  local service = services[sent % #services + 1]
  return wrk.format("POST", "/api/v1/tickets", headers, '{"service": "' .. service .. '"}')
end

function response(status)
  if status == 201 then
    taken = taken + 1
  end
end

function done(summary, latency)
  local taken_in_all = 0
  for _, thread in ipairs(created) do
    taken_in_all = taken_in_all + thread:get("taken")
  end
  io.write(string.format(
    '\n{"taken": %d, "asked": %d, "failed": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d}\n',
    taken_in_all, summary.requests,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.duration, latency:percentile(50), latency:percentile(99)))
end
