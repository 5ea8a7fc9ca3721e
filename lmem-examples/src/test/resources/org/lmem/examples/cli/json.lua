-- writes a document as JSON and reads it back, again and again: strings, tables, closures
local rounds = tonumber((...)) or 60

local escapes = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n"}

local function encode(value, parts)
  local kind = type(value)
  if kind == "table" and #value > 0 then
    parts[#parts + 1] = "["
    for i, item in ipairs(value) do
      if i > 1 then parts[#parts + 1] = "," end
      encode(item, parts)
    end
    parts[#parts + 1] = "]"
  elseif kind == "table" then
    local keys = {}
    for key in pairs(value) do keys[#keys + 1] = key end
    table.sort(keys)
    parts[#parts + 1] = "{"
    for i, key in ipairs(keys) do
      if i > 1 then parts[#parts + 1] = "," end
      encode(key, parts)
      parts[#parts + 1] = ":"
      encode(value[key], parts)
    end
    parts[#parts + 1] = "}"
  elseif kind == "string" then
    parts[#parts + 1] = '"' .. value:gsub('["\\\n]', escapes) .. '"'
  else
    parts[#parts + 1] = tostring(value)
  end
end

local function decoder(text)
  local at = 1
  local value

  local function skip(pattern)
    local found, last = text:find("^%s*" .. pattern .. "%s*", at)
    if found then at = last + 1 end
    return found
  end

  local function str()
    local last = at
    repeat
      last = text:find('"', last + 1, true)
    until text:sub(last - 1, last - 1) ~= "\\" or text:sub(last - 2, last - 1) == "\\\\"
    local raw = text:sub(at + 1, last - 1)
    at = last + 1
    return (raw:gsub("\\(.)", function(c) return c == "n" and "\n" or c end))
  end

  function value()
    skip("")
    local c = text:sub(at, at)
    if c == "{" then
      local object = {}
      at = at + 1
      while not skip("}") do
        local key = str()
        skip(":")
        object[key] = value()
        skip(",")
      end
      return object
    elseif c == "[" then
      local array = {}
      at = at + 1
      while not skip("%]") do
        array[#array + 1] = value()
        skip(",")
      end
      return array
    elseif c == '"' then
      return str()
    end
    local word = text:match("^[%w.+-]+", at)
    at = at + #word
    if word == "true" then return true end
    if word == "false" then return false end
    return tonumber(word)
  end

  return value
end

local function document(seed)
  local rows = {}
  for i = 1, 300 do
    rows[i] = {id = seed * 1000 + i, name = "row " .. seed .. ":" .. i, tags = {"a" .. i, "b\"" .. seed, "c\n"},
      at = {x = i / 4, y = -i}, ok = i % 2 == 0}
  end
  return {rows = rows, title = "document " .. seed}
end

local function json(value)
  local parts = {}
  encode(value, parts)
  return table.concat(parts)
end

local bytes = 0
for round = 1, rounds do
  local text = json(document(round))
  local again = json(decoder(text)())
  assert(text == again, "what was read is not what was written")
  bytes = bytes + #text
end
_G.bytes = bytes
