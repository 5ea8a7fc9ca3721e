-- words made letter by letter, counted, and their text rewritten
local counts, seed = {}, 7

local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n
end

for pass = 1, 6 do
  local words = {}
  for i = 1, 8000 do
    local letters = {}
    for k = 1, 2 + random(9) do letters[k] = string.char(97 + random(26)) end
    words[i] = table.concat(letters)
  end
  local text = table.concat(words, " ")
  for word in text:gmatch("%a+") do counts[word] = (counts[word] or 0) + 1 end
  text = text:gsub("(%a)(%a)", "%2%1"):upper()
end
