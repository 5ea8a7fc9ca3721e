-- a store of records: put, changed and dropped in no order
local store, seed = {}, 11

local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n
end

for i = 1, 120000 do
  local key, what = random(20000), random(10)
  if what < 6 then
    store[key] = { id = key, name = "item " .. i, tags = { i, i + 1 }, at = i }
  elseif what < 8 then
    store[key] = nil
  elseif store[key] then
    store[key].name = store[key].name .. "!"
    store[key].extra = { store[key].at }
  end
end
