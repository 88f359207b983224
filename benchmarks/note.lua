-- One sealed note of 200 characters after the other, each on the next case; versions are counted per thread.
local ids, versions, at, thread_count, text = {}, {}, 0, 0, string.rep("nota di prova, ", 13) .. "fine."
function setup(thread) thread:set("number", thread_count); thread_count = thread_count + 1 end
function init(args)
  local line_number = 0
  for line in io.lines(args[1]) do
    if line_number % tonumber(args[2]) == number then ids[#ids + 1] = line; versions[#versions + 1] = tonumber(args[4]) end
    line_number = line_number + 1
  end
  token = args[3]
  math.randomseed(os.time() + number * 7919)
end
local function uuid()
  return string.format("%08x-%04x-4%03x-8%03x-%06x%06x", math.random(0, 2^31 - 1), math.random(0, 65535),
    math.random(0, 4095), math.random(0, 4095), math.random(0, 2^24 - 1), math.random(0, 2^24 - 1))
end
function request()
  at = at % #ids + 1
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token,
    ["If-Match"] = '"' .. versions[at] .. '"', ["Idempotency-Key"] = uuid() }
  versions[at] = versions[at] + 1
  return wrk.format("POST", "/rest/opera/v1/cases/" .. ids[at] .. "/steps", headers, '{"step":"add_note","text":"' .. text .. '"}')
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1; if bad < 3 then io.write("status " .. status .. "\n") end end end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %.3f %.3f %d\n", summary.requests, summary.duration, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
