-- pandoc lua batch.lua ORDERS: each line of the file is one document to write: where its Markdown is,
-- "toc" or "-", the format, the path to write. One process for all; a Markdown file is parsed once.
-- The orders are in a file because pandoc 3.9 crashes at a hundred arguments.
local function contents_of(path)
  local file <close> = assert(io.open(path, 'rb'))
  return file:read('a')
end

local function put(path, bytes)
  local file <close> = assert(io.open(path, 'wb'))
  file:write(bytes)
end

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE or arg[0])
local head = contents_of(pandoc.path.join { here, 'head.typ' })
local templates = {}
for _, format in ipairs { 'typst', 'gfm' } do
  templates[format] = pandoc.template.compile(pandoc.template.default(format))
end

local read_from, document
for order in contents_of(arg[1]):gmatch('[^\n]+') do
  local source, toc, format, target = order:match('^([^\t]+)\t([^\t]+)\t([^\t]+)\t([^\t]+)$')
  if source ~= read_from then
    read_from, document = source, pandoc.read(contents_of(source), 'markdown')
  end
  local options = { table_of_contents = toc == 'toc', template = templates[format] }
  if format == 'typst' then
    options.variables = {
      papersize = 'a4', mainfont = 'Fira Sans', fontsize = '9.5pt', ['header-includes'] = head,
      toc = toc == 'toc',
    }
  end
  put(target, pandoc.write(document, format, options))
end
